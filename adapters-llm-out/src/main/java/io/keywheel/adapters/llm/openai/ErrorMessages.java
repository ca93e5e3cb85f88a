package io.keywheel.adapters.llm.openai;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Classifies errors that no code, type or status of their own identifies, by their messages.
///
/// Messages may contain text of the client or the model. So each pattern is specific to one provider's wording, and a
/// pattern for a failure that cools something begins where the provider's words begin.
final class ErrorMessages {

    /// In characters. An error in a stream may have a million.
    private static final int MOST_READ = 4000;

    private record Known(ErrorKind kind, Pattern message) {}

    /// Tried before [#COOLING], because a provider may begin its message about a field with the field's name, which a
    /// client chooses.
    private static final List<Known> OF_THE_REQUEST = List.of(
            known(
                    ErrorKind.REJECTED,
                    // LiteLLM's 400 or 429: the client's own `user` has spent its budget.
                    "^ExceededBudget: End User="),
            known(
                    ErrorKind.TOO_LARGE,
                    // vLLM, DeepSeek, OpenRouter, Mistral and Fireworks (vllm-project/vllm 20409, 2025-07), xAI.
                    "maximum (?:context|prompt) length",
                    // LM Studio's 400.
                    "loaded with context length of only",
                    // Google's 400.
                    "^The input token count .{0,20}exceeds the maximum number of tokens",
                    // Servers of Hugging Face, 422 (bytedance/UI-TARS-desktop 626, 2025-05).
                    "^Input validation error: `inputs` tokens \\+ `max_new_tokens` must be <=",
                    // OpenAI's 429, which waiting does not cure (continuedev/continue 11717, 2026-03).
                    "^Request too large for "),
            known(
                    ErrorKind.UNSUPPORTED,
                    // Groq and Cerebras: "property 'store' is unsupported".
                    "property '[^']*' is unsupported",
                    // Groq, 2026: "`logprobs` is not supported with this model", "`tool calling` is not supported
                    // ...".
                    "^`[^`]+` is not supported",
                    "^[`'\"]?[\\w.\\[\\]]+[`'\"]? is (?:not supported|unsupported)",
                    // OpenAI: "Unrecognized request argument supplied: foo".
                    "^Unrecognized request argument",
                    // Values that differ from provider to provider. Groq, 2026: "`reasoning_effort` must be one of
                    // `low`, ...", "`service_tier` `auto` is not available for this org", and "'n' : ..." as for
                    // every number. Cerebras, 2026-03: "1 validation error for ChatCompletionServerRequest
                    // reasoning_effort Input should be 'low', ..."; since then "field: the problem".
                    "^(?:1 validation error for \\w+\\s+)?[`']?(?:n|service_tier|reasoning_effort|reasoning_format)(?:[`':]|\\s)",
                    // Groq, 2025 and 2026: "This model does not support response format `json_schema`". Ollama:
                    // "registry.ollama.ai/library/gemma3:4b does not support tools" (ollama/ollama 14795, 2026-03).
                    // xAI: "Model grok-4 does not support parameter reasoningEffort." (JetBrains/junie 39, 2026-05).
                    // DeepSeek: "Thinking mode does not support this tool_choice".
                    "^(?:This |Model |Thinking )?\\S+ does not support ",
                    // DeepSeek, for `json_schema` (ItzCrazyKns/Vane 969, 2026-01).
                    "^This response_format type is unavailable now",
                    // Groq, 2026-09: "json mode cannot be combined with tool/function calling".
                    "^json mode cannot be combined with tool",
                    // Parts such as images, sent to a text-only model. Groq, 2024-11: "('messages.4.content' : value
                    // must be a string)". Cerebras, 2025-08: "messages.0.system.content: Input should be a valid
                    // string". DeepSeek: "messages[0]: unknown variant `image_url`, expected `text`".
                    "\\.content'? ?: (?:value must be a string|Input should be a valid string)",
                    "messages\\[\\d+\\]: unknown variant `",
                    // Mistral, 2025 and 2026: {"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are
                    // not permitted"}, read as "seed: Extra inputs are not permitted"; vLLM sends it as one text.
                    "[Ee]xtra (?:inputs are|fields) not permitted",
                    // Google, about calls of another provider (langbot-app/LangBot 2265, 2026-06).
                    "^Function call is missing a thought_signature",
                    // DeepSeek, likewise (earendil-works/pi 3636, 2026-04).
                    "^The `reasoning_content` in the thinking mode must be passed back",
                    // Mistral's models, at other providers, too (NousResearch/hermes-agent 20154, 2026-05).
                    "^Tool call id was \\S+ but must be",
                    "^Unexpected role '\\w+' after role '\\w+'",
                    // Perplexity, and templates of Mistral's models (charmbracelet/crush 279, 2026-01).
                    "message\\(s\\) should alternate with assistant message",
                    "conversation roles must alternate",
                    // xAI (yym68686/uni-api 105, 2025-04).
                    "^Argument not supported on this model",
                    // Google: "Invalid JSON payload received. Unknown name \"foo\": Cannot find field."
                    "^Invalid JSON payload received. Unknown name",
                    // Google, about tools that others accept: "*
                    // GenerateContentRequest.tools[0].function_declarations[1]
                    // .parameters.properties[fields].items: missing field."
                    "^\\* GenerateContentRequest\\.tools\\[",
                    // OpenRouter's 404: "... that support tool use", "... image input", "... that can handle the
                    // requested parameters" (zed-industries/zed 36094, 2025-08; Kilo-Org/kilocode 9006, 2026-04).
                    "^No endpoints found that (?:support|can handle)",
                    // vLLM without these options.
                    "tool choice requires --enable-auto-tool-choice"));

    private static final List<Known> COOLING = List.of(
            known(
                    ErrorKind.KEY_REFUSED,
                    // xAI's 400 (continuedev/continue 10161, 2026-02).
                    "^Incorrect API key provided",
                    // Google's 403 (googleapis/python-genai 1764, 2025-11).
                    "^Your API key was reported as leaked"),
            known(
                    ErrorKind.ACCOUNT_BLOCKED,
                    // OpenRouter's 403: the spending limit of a key (gptme/gptme 1449, 2026-02).
                    "^Key limit exceeded",
                    // xAI's 403 and 429 (warpdotdev/warp 14863, 2026-08; continuedev/continue 10373, 2026-02).
                    "^Your team \\S+ has either used all available credits",
                    // Fireworks' 412 (pollinations/pollinations 12136, 2026-07).
                    "^Account \\S+ is suspended",
                    // Anthropic's 400 (anthropics/claude-code 88711, 2026-08).
                    "^Your credit balance is too low",
                    // Google's 403 (coaidev/coai 67, 2024-02; poenl/gemini-api 8, 2026-04).
                    "^Permission denied: Consumer \\S+ has been suspended",
                    "^Your project has been denied access",
                    // LiteLLM's 400 or 429, of a key (BerriAI/litellm 37000, 2026-08).
                    "^Budget has been exceeded!",
                    "^Exceeded(?:Token)?Budget: "),
            known(
                    ErrorKind.MODEL_UNAVAILABLE,
                    // OpenRouter's 400 (OpenRouterTeam/openrouter-examples 74, 2026-05).
                    "^\\S+ is not a valid model ID",
                    // OpenRouter's 403 (anomalyco/opencode 41518, 2026).
                    "^This model is not available in your region",
                    // DeepSeek's 400 (langbot-app/LangBot 1643, 2025-09).
                    "^Model Not Exist",
                    // LiteLLM's 400.
                    "^(?:400: )?(?:\\{'error': ['\"])?(?:/\\S+: )?Invalid model name passed in model=",
                    "^LiteLLM Virtual Key: .{0,200}exceeded budget for model="),
            known(
                    ErrorKind.UNAVAILABLE,
                    // The region or network of this host. Groq's 403, recorded 2026, comes before it checks the key.
                    "^Access denied. Please check your network settings",
                    // Azure's 403 (Azure-Samples/azure-sql-db-chatbot 3, 2025-04).
                    "^Access denied due to Virtual Network/Firewall rules",
                    // Google's 400 (FoundationAgents/OpenManus 803, 2025-03).
                    "^User location is not supported"));

    private ErrorMessages() {}

    private static Known known(ErrorKind kind, String... messages) {
        return new Known(kind, Pattern.compile(String.join("|", messages)));
    }

    /// Null for a message that no provider is known to use.
    ///
    /// @param words as in [ErrorBody]
    static @Nullable ErrorKind classify(String message, String words) {
        ErrorKind ofRequest = first(OF_THE_REQUEST, message);
        return ofRequest == null ? first(COOLING, words) : ofRequest;
    }

    private static @Nullable ErrorKind first(List<Known> all, String message) {
        String start = message.substring(0, Math.min(message.length(), MOST_READ));
        for (Known known : all) {
            if (known.message().matcher(start).find()) {
                return known.kind();
            }
        }
        return null;
    }
}
