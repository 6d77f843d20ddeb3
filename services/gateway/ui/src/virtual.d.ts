declare module "virtual:messages" {
  import type { Messages } from "@lingui/core";
  /** Language → part → how it is loaded. */
  const catalogue: Readonly<Record<"en" | "fr", Readonly<Record<string, () => Promise<{ default: Messages }>>>>>;
  export default catalogue;
}
