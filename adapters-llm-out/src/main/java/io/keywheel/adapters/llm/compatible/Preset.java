package io.keywheel.adapters.llm.compatible;

import static io.keywheel.adapters.llm.openai.Dialect.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.Dialect.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.Dialect.Place.REQUEST;

import io.keywheel.adapters.llm.openai.Dialect;
import io.keywheel.adapters.llm.openai.Dialect.Trait;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.domain.routing.ProviderId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Compatible providers with a known base URL and known differences from OpenAI. Each fact has a source; fields
/// that no line mentions are passed on unchanged. `docs/presets.md` shows all of them.
enum Preset {

    /// Base URL and headers `x-ratelimit-remaining-requests`, `-reset-tokens: 6m0s`:
    /// `developers.openai.com/api/docs/guides/rate-limits` (2026-06). `seed`, tools, `json_schema`,
    /// `stream_options.include_usage`: openai-python 2026-08. Answers have no reasoning, only its token count.
    OPENAI(
            "https://api.openai.com/v1",
            Dialect.OPENAI
                    // openai-python 2026-08: max_tokens is deprecated and not compatible with reasoning
                    // models.
                    .limitAs("max_completion_tokens", Map.of())
                    // Recorded 2026-05: Unknown parameter: 'cache_control' (nadekobot 34). Cache hints for
                    // Anthropic.
                    .without(ANYWHERE, "cache_control")),

    /// Base URL, `seed`, tools, `json_schema`: its OpenAPI document in OpenRouterTeam/typescript-sdk (2026-08).
    /// Answers have `reasoning` and `reasoning_details`, and requests may return both. Headers `x-ratelimit-*` come
    /// only with a 429 (`openrouter.ai/docs/api_reference/limits`).
    OPENROUTER(
            "https://openrouter.ai/api/v1",
            Dialect.OPENAI
                    // The document: max_tokens is deprecated, use max_completion_tokens.
                    .limitAs("max_completion_tokens", Map.of())
                    // The document: include_usage has no effect, full usage details are always included.
                    .with(Trait.USAGE_UNREQUESTED)),

    /// Base URL, tools and `json_schema`: mistralai/client-python (2026-06). It answers 422 to unknown fields
    /// (openai/openai-agents-python 442). Headers `x-ratelimit-remaining-req-minute` and `-tokens-minute`, without
    /// resets (mistralai/client-ts 169, 2026-02). Reasoning is in parts of `content` with a separate type.
    MISTRAL(
            "https://api.mistral.ai/v1",
            Dialect.OPENAI
                    // Recorded 2025-12 and 2026-02: max_completion_tokens is refused
                    // (editor-code-assistant/eca 315).
                    .limitAs("max_tokens", Map.of())
                    // client-python: random_seed.
                    .fieldAs("seed", "random_seed")
                    // client-python: the roles are system, user, assistant and tool.
                    .with(Trait.DEVELOPER_IS_SYSTEM)
                    // Recorded 2024-07 to 2026-03: Tool call id was ... but must be a-z, A-Z, 0-9, with a length of 9
                    // (nearai/ironclaw 1241).
                    .with(Trait.SHORT_CALL_IDS)
                    // Recorded 2025-05 to 2026-06: Unexpected role 'user' after role 'tool' (BerriAI/litellm 17761).
                    .with(Trait.RESULTS_ANSWERED)
                    // Recorded 2025-04: include_usage is refused; the last chunk has the usage anyway (recorded by
                    // pydantic-ai 2026).
                    .with(Trait.USAGE_UNREQUESTED)
                    // Not in client-python: hints for storage, caching or abuse detection, and values that request
                    // nothing.
                    .without(REQUEST, "store", "safety_identifier", "user")
                    .without(REQUEST, "prompt_cache_retention", "prompt_cache_options")
                    .without(ANYWHERE, "cache_control", "prompt_cache_breakpoint")
                    .withoutValue(REQUEST, "logprobs", "false")
                    .withoutValue(REQUEST, "top_logprobs", "0")
                    .withoutValue(REQUEST, "logit_bias", "{}")
                    .withoutValue(REQUEST, "modalities", "[\"text\"]")
                    .withoutValue(REQUEST, "service_tier", "\"auto\"", "\"default\"")
                    // Recorded 2025-12: assistant.reasoning_content is refused (charmbracelet/crush 1590).
                    .without(ASSISTANT_MESSAGE, "reasoning", "reasoning_content", "reasoning_details")
                    // Not in client-python: fields that SDKs copy from an answer into the history, also into text
                    // parts, and the name that LangChain's createAgent gives to each answer by default.
                    .without(ASSISTANT_MESSAGE, "annotations", "channel", "refusal")
                    .with(Trait.COPIES_OMITTED)
                    .withoutValue(ASSISTANT_MESSAGE, "name", "\"model\"")),

    /// Base URL: `docs.together.ai/docs/inference/openai-compatibility`. Fields of requests, `seed`, tools,
    /// `json_schema`, answers with `reasoning`, and `/models` as a bare list: its OpenAPI document in
    /// togethercomputer/openapi (2026-04). Its limits change with the load
    /// (`docs.together.ai/docs/rate-limits`).
    TOGETHER(
            "https://api.together.ai/v1",
            Dialect.OPENAI
                    // The document: only max_tokens.
                    .limitAs("max_tokens", Map.of())
                    // The document: the roles are system, user, assistant, function and tool.
                    .with(Trait.DEVELOPER_IS_SYSTEM)),

    /// Base URL and `reasoning_content`: `api-docs.deepseek.com/guides/thinking_mode`.
    /// `stream_options.include_usage`, tools, only `json_object` as format, no `seed`:
    /// `api-docs.deepseek.com/api/create-chat-completion` (2026-02). It has no fixed limits: it answers 429 to too
    /// many concurrent requests. Until it begins to answer, it sends comments on a stream
    /// (`…/quick_start/rate_limit`).
    DEEPSEEK(
            "https://api.deepseek.com",
            Dialect.OPENAI
                    // The reference: max_tokens.
                    .limitAs("max_tokens", Map.of())
                    // Recorded 2025-03 to 2026-07: unknown variant `developer` (eclipse-theia/theia 15144).
                    .with(Trait.DEVELOPER_IS_SYSTEM)
                    // The guide: 400 without the reasoning of a turn with tool calls. Recorded 2026-03
                    // (decolua/9router 355). A blank will do, but no empty text (NousResearch/hermes-agent 17341,
                    // 2026-04; Wei-Shaw/sub2api 7313, 2026-09).
                    .with(Trait.REASONING_RETURNED)
                    .withoutValue(ASSISTANT_MESSAGE, "reasoning_content", "\"\"")),

    /// A server on this machine that needs no key. Base URL, `max_tokens`, `seed`, tools, `json_schema`,
    /// `stream_options.include_usage` and `reasoning_effort`: `docs.ollama.com/api/openai-compatibility` (2026-11).
    /// It has no rate limits and no such headers.
    OLLAMA("http://localhost:11434/v1", Dialect.OPENAI.limitAs("max_tokens", Map.of()));

    private final String baseUrl;

    private final Dialect dialect;

    Preset(String baseUrl, Dialect dialect) {
        this.baseUrl = baseUrl;
        this.dialect = dialect;
    }

    /// The dialect of a provider, with or without a preset.
    static Dialect dialectOf(ProviderId provider) {
        return Arrays.stream(values())
                .filter(preset -> preset.id().equals(provider))
                .map(preset -> preset.dialect)
                .findFirst()
                .orElse(Dialect.OPENAI);
    }

    /// No preset has a default model: the models differ from account to account and from year to year.
    static Map<ProviderId, ProviderDefaults> defaults() {
        return Arrays.stream(values())
                .collect(Collectors.toUnmodifiableMap(
                        Preset::id, preset -> new ProviderDefaults(preset.baseUrl, null, List.of(), preset == OLLAMA)));
    }

    private ProviderId id() {
        return new ProviderId(name().toLowerCase(Locale.ROOT));
    }
}
