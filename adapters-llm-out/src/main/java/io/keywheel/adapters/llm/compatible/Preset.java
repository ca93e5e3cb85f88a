package io.keywheel.adapters.llm.compatible;

import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.REQUEST;

import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.routing.ProviderId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Compatible providers of which is known where they are and where they depart from OpenAI. A fact
/// without a source is not in here: what no line mentions is passed on as it came. `docs/presets.md`
/// shows all of them.
enum Preset {

    /// Base URL and headers `x-ratelimit-remaining-requests`, `-reset-tokens: 6m0s`:
    /// `developers.openai.com/api/docs/guides/rate-limits` (2026-06). `seed`, tools, `json_schema`,
    /// `stream_options.include_usage`: openai-python 2026-08. It shows no reasoning, only its tokens.
    OPENAI(
            "https://api.openai.com/v1",
            Dialect.OPENAI
                    // openai-python 2026-08: max_tokens is deprecated and not compatible with reasoning
                    // models.
                    .limitAs("max_completion_tokens", Map.of())
                    // Recorded 2026-05: Unknown parameter: 'cache_control' (nadekobot 34). Anthropic's
                    // hints.
                    .without(ANYWHERE, "cache_control")),

    /// Base URL, `seed`, tools, `json_schema`: its OpenAPI document in OpenRouterTeam/typescript-sdk
    /// (2026-08). Answers carry `reasoning` and `reasoning_details`, and take both back. Headers
    /// `x-ratelimit-*` come with a 429 alone and have no unit
    /// (`openrouter.ai/docs/api_reference/limits`): its `Retry-After` counts.
    OPENROUTER(
            "https://openrouter.ai/api/v1",
            Dialect.OPENAI
                    // The document: max_tokens is deprecated, use max_completion_tokens.
                    .limitAs("max_completion_tokens", Map.of())
                    // The document: include_usage has no effect, full usage details are always included.
                    .withUsageUnasked()),

    /// Base URL, tools and `json_schema`: mistralai/client-python (2026-06). It answers 422 to fields it
    /// does not know (openai/openai-agents-python 442). Headers `x-ratelimit-remaining-req-minute` and
    /// `-tokens-minute`, without resets (mistralai/client-ts 169, 2026-02). Thoughts are parts of
    /// `content` of a type of their own, and left out.
    MISTRAL(
            "https://api.mistral.ai/v1",
            Dialect.OPENAI
                    // Recorded 2025-12 and 2026-02: max_completion_tokens is refused
                    // (editor-code-assistant/eca 315).
                    .limitAs("max_tokens", Map.of())
                    // client-python: random_seed.
                    .fieldAs("seed", "random_seed")
                    // client-python: a message is of system, user, assistant or tool.
                    .roleAs(Role.DEVELOPER, "system")
                    // Recorded 2025-04: include_usage is refused; the last chunk has it unasked (recorded
                    // by pydantic-ai 2026).
                    .withUsageUnasked()
                    // Not in client-python: hints to a store, a cache or an abuse desk, and values that
                    // ask for nothing.
                    .without(REQUEST, "store", "prompt_cache_retention", "safety_identifier", "user")
                    .without(ANYWHERE, "cache_control")
                    .withoutValue(REQUEST, "logprobs", "false")
                    .withoutValue(REQUEST, "top_logprobs", "0")
                    .withoutValue(REQUEST, "logit_bias", "{}")
                    .withoutValue(REQUEST, "modalities", "[\"text\"]")
                    .withoutValue(REQUEST, "service_tier", "\"auto\"", "\"default\"")
                    // Recorded 2025-12: assistant.reasoning_content is refused (charmbracelet/crush 1590).
                    .without(ASSISTANT_MESSAGE, "reasoning", "reasoning_content", "reasoning_details")
                    // Not in client-python: what SDKs copy from an answer into the history.
                    .without(ASSISTANT_MESSAGE, "annotations", "refusal")),

    /// Base URL: `docs.together.ai/docs/inference/openai-compatibility`. Fields of requests, `seed`, tools,
    /// `json_schema`, answers with `reasoning`, and `/models` as a bare list: its OpenAPI document in
    /// togethercomputer/openapi (2026-04). Its limits change with the load
    /// (`docs.together.ai/docs/rate-limits`).
    TOGETHER(
            "https://api.together.ai/v1",
            Dialect.OPENAI
                    // The document: max_tokens alone.
                    .limitAs("max_tokens", Map.of())
                    // The document: a message is of system, user, assistant, function or tool.
                    .roleAs(Role.DEVELOPER, "system")),

    /// Base URL and `reasoning_content`, which a request with tools has to bring back:
    /// `api-docs.deepseek.com/guides/thinking_mode`. `stream_options.include_usage`, tools, `json_object`
    /// alone of the formats, no `seed`: `api-docs.deepseek.com/api/create-chat-completion` (2026-02). It
    /// has no fixed limits, says 429 at too many requests at once and comments on a stream until then
    /// (`…/quick_start/rate_limit`).
    DEEPSEEK(
            "https://api.deepseek.com",
            Dialect.OPENAI
                    // The reference: max_tokens.
                    .limitAs("max_tokens", Map.of())
                    // Recorded 2025-03 to 2026-07: unknown variant `developer` (eclipse-theia/theia 15144).
                    .roleAs(Role.DEVELOPER, "system")),

    /// A server on this machine that wants no key. Base URL, `max_tokens`, `seed`, tools, `json_schema`,
    /// `stream_options.include_usage` and `reasoning_effort`: `docs.ollama.com/api/openai-compatibility`
    /// (2026-11). It limits nothing and has no such headers.
    OLLAMA("http://localhost:11434/v1", Dialect.OPENAI.limitAs("max_tokens", Map.of()));

    private final String baseUrl;

    private final Dialect dialect;

    Preset(String baseUrl, Dialect dialect) {
        this.baseUrl = baseUrl;
        this.dialect = dialect;
    }

    /// The one for a provider of that name.
    static Optional<Preset> of(ProviderId provider) {
        return Arrays.stream(values())
                .filter(preset -> preset.id().equals(provider))
                .findFirst();
    }

    /// No model is a default: those that there are differ from account to account and from year to year.
    static Map<ProviderId, ProviderDefaults> defaults() {
        return Arrays.stream(values())
                .collect(Collectors.toUnmodifiableMap(
                        Preset::id, preset -> new ProviderDefaults(preset.baseUrl, null, List.of(), preset == OLLAMA)));
    }

    ProviderId id() {
        return new ProviderId(name().toLowerCase(Locale.ROOT));
    }

    Dialect dialect() {
        return dialect;
    }
}
