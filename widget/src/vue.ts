import { defineComponent, onBeforeUnmount, onMounted, type PropType, shallowRef, watch } from "vue";
import type { Baton, BatonEvents } from "./baton.ts";
import { createHold } from "./component.ts";
import type { Options } from "./options.ts";

const any = (): true => true;
const emits: { [Event in keyof BatonEvents]: (detail: BatonEvents[Event]) => true } = {
  open: any,
  close: any,
  message: any,
  phase: any,
  unread: any,
  identity: any,
};

/**
 * The chat for as long as this is mounted: `<BatonChat :options="{ site, bridge }" @message="…" />`. A template ref has `baton`. Where it
 * stands, its theme and what it shows change with their options; others put up another one, which knows what was told of the visitor.
 */
export const BatonChat = defineComponent({
  name: "BatonChat",
  props: { options: { type: Object as PropType<Options>, required: true } },
  emits,
  setup(props, { emit, expose }) {
    const baton = shallowRef<Baton | null>(null);
    const hold = createHold((event, detail) => emit(event as "message", detail as never)); // each with its own detail
    expose({ baton });
    onMounted(take);
    onBeforeUnmount(() => {
      hold.letGo();
      baton.value = null;
    });
    watch(() => JSON.stringify(props.options), take);
    return () => null;

    function take(): void {
      hold.holdWith({ ...props.options });
      baton.value = hold.baton();
    }
  },
});
