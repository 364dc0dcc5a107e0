import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    environmentOptions: {
      // The island under test may ask for nothing: a page of Hearth loads from its own box only.
      happyDOM: { settings: { disableJavaScriptFileLoading: true, disableCSSFileLoading: true } },
    },
    include: ["test/**/*.test.ts"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
