import { CallError } from "../call.ts";
import { badFinding, type VendorFinding } from "./connector.ts";

export const BAD_KEY = "salesforce: the private key is none in PKCS #8";

const KEY = "Write it as PEM that begins with BEGIN PRIVATE KEY (see salesforce.md).";
const KEYSET = "Compare issuer and key id with Setup, User Verification, and the key with the JWK there.";
const DEPLOYMENT = "Compare `url`, `org` and `deployment` with Setup, Embedded Service Deployments, the deployment's code snippet.";

/** Whether Salesforce lets a visitor of ours in, which `authorize` asks it to. */
export async function examineSalesforce(deployment: string, authorize: () => Promise<unknown>): Promise<VendorFinding[]> {
  try {
    await authorize();
    return [{ state: "good", says: `Salesforce lets the deployment ${deployment} in, and knows the key.`, next: null }];
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const status = error.answer?.status;
    if (error.message === BAD_KEY) return [badFinding("The private key cannot be read.", KEY)];
    if (status === 401 || status === 403) return [badFinding(`Salesforce does not take the key (${status}).`, KEYSET)];
    if (status === 400 || status === 404)
      return [badFinding(`Salesforce does not know the deployment ${deployment} (${status}).`, DEPLOYMENT)];
    return [badFinding(`Salesforce cannot be asked now (${error.message}).`, "Run this again; if it stays, look at `url`.")];
  }
}
