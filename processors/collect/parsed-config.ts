/** @returns what the JSON of a request's config holds; text that is no JSON as it is, which a connector then refuses */
export function parsedConfig(config: string): unknown {
  try {
    return JSON.parse(config);
  } catch {
    return config;
  }
}
