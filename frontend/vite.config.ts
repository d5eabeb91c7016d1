import { defineConfig } from "vitest/config";

/** Where Home Assistant serves the built files from. */
const BUILT = "../custom_components/libreview/frontend";

export default defineConfig({
  base: "./", // imports stay relative, so the files work under any address
  build: {
    target: "es2022",
    outDir: process.env.LIBREVIEW_BUILD_INTO ?? BUILT,
    emptyOutDir: true,
    minify: true,
    modulePreload: false,
    reportCompressedSize: false,
    lib: { entry: { libreview: "src/libreview.ts" }, formats: ["es"] },
    rolldownOptions: {
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js",
        minify: true,
        // The entry is named with a version, so whatever imported it would load it a second time. What it shares
        // with others is a file of its own.
        codeSplitting: { groups: [{ name: "common", test: /src\/(config|define|person)\.ts$/ }] },
      },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
