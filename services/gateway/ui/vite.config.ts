import { defineConfig, type Plugin } from "vite";
import { compiledMessagesOf, messagesOf } from "./scripts/catalogue.mjs";
import { icons, svg } from "./scripts/icons.mjs";

const MOCK = "http://127.0.0.1:8090";

/** Serves `virtual:messages/en/first` and the like: a part of the compiled catalogue of one language. */
function messages(): Plugin {
  const prefix = "virtual:messages/";
  return {
    name: "cpas-messages",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const [language, part] = id.slice(prefix.length + 1).split("/");
      const compiled = compiledMessagesOf(language as "en" | "fr", part as "first" | "rest");
      // A string that is parsed, not a literal: browsers read JSON faster than JavaScript.
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled))});`;
    },
  };
}

/**
 * Writes dist/preload.json: what every page needs, and which chunks a route and a language need, so that the gateway can
 * name them before the page and in it, and the browser asks for all of it at once.
 */
function preload(): Plugin {
  return {
    name: "cpas-preload",
    generateBundle: { order: "post", handler(_options, bundle) {
      const routes: Record<string, string[]> = {};
      const languages: Record<string, Record<string, string>> = {};
      const every = Object.values(bundle).filter((one) => (one.type === "chunk" ? one.name === "app" : one.fileName.endsWith(".css"))).map((one) => `/${one.fileName}`);
      const later = Object.keys(messagesOf("en", "rest"));
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        // What is drawn before the rest of the messages comes must not ask for one of them.
        const early = chunk.name === "app" ? later.filter((id) => [`"${id}"`, `'${id}'`, `\`${id}\``].some((literal) => chunk.code.includes(literal))) : [];
        if (early.length > 0) this.error(`the first load says ${early.join(", ")}: move these messages to shell.json`);
        if (!chunk.facadeModuleId) continue;
        const screen = /\/src\/screens\/([\w-]+)\.tsx$/.exec(chunk.facadeModuleId)?.[1];
        const [, language, part] = /virtual:messages\/(\w+)\/(\w+)$/.exec(chunk.facadeModuleId) ?? [];
        if (screen && chunk.isDynamicEntry) {
          const shared = chunk.imports.filter((file) => bundle[file]?.name !== "app");
          routes[screen] = [chunk.fileName, ...shared].map((file) => `/${file}`);
        }
        if (language && part) (languages[language] ??= {})[part] = `/${chunk.fileName}`;
      }
      this.emitFile({ type: "asset", fileName: "preload.json", source: JSON.stringify({ every, routes, languages }, null, 1) });
    } },
  };
}

/** Draws the icons of the app that is installed, and puts the smallest into the page: it is no request of its own. */
function drawn(): Plugin {
  return {
    name: "cpas-icons",
    transformIndexHtml: (html) => html.replace("%ICON%", `data:image/svg+xml,${encodeURIComponent(svg())}`),
    generateBundle() {
      for (const [fileName, source] of Object.entries(icons())) this.emitFile({ type: "asset", fileName, source });
    },
  };
}

export default defineConfig({
  plugins: [messages(), preload(), drawn()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // light-dark() stays as it is: each part of the page may choose its own scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // A page is the app, a language, a screen, and what all later screens share (forms, provenance, charts); what waits for the line
          // is loaded on any page when something waits.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "offline", test: /\/src\/(offline\/(?!sections)|entry\/typed)/, priority: 4 },
            { name: "later", test: /node_modules\/(d3-|internmap)|\/src\/charts\/(map|series|width)|\/src\/parts\/(provenance|correct|drop|form|merge|memo|draft|person|submission)|\/src\/(plan\/|words|i18n\/probability)/, priority: 3 },
            { name: "app", test: /vite\/preload-helper|node_modules|\/src\/(?!screens|charts|locales|entry|offline)|\/src\/charts\/spark|\/src\/screens\/(home|missions|sign-in)/, priority: 2 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": MOCK } },
  test: { environment: "jsdom", include: ["test/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);
