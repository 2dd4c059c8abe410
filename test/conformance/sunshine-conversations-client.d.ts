/** As much of Zendesk's own client as is asked here: it comes without types. */
declare module "sunshine-conversations-client" {
  interface Client {
    basePath: string;
    authentications: { basicAuth: object };
  }
  type Api<Method extends string> = new (client: Client) => Record<Method, (...asked: unknown[]) => Promise<unknown>>;
  interface Model {
    constructFromObject(data: object): object;
  }
  const sdk: {
    ApiClient: new () => Client;
    UsersApi: Api<"createUser" | "deleteUser">;
    ConversationsApi: Api<"listConversations" | "createConversation" | "deleteConversation" | "getConversation">;
    MessagesApi: Api<"postMessage" | "listMessages">;
    AttachmentsApi: Api<"uploadAttachment">;
    ActivitiesApi: Api<"postActivity">;
    SwitchboardActionsApi: Api<"passControl" | "releaseControl">;
    SwitchboardsApi: Api<"listSwitchboards">;
    SwitchboardIntegrationsApi: Api<"listSwitchboardIntegrations">;
    ConversationMessageEvent: Model;
    ConversationTypingEvent: Model;
  };
  export default sdk;
}
