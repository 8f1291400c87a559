import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { environment: "happy-dom", include: ["ts/**/*.test.ts"], restoreMocks: true },
});
