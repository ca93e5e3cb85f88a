package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Extras;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorMessagesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    400 | Incorrect API key provided: na***ys. You can obtain an API key from https://console.x.ai. | KEY_REFUSED
                    403 | Your API key was reported as leaked. Please use another API key.                   | KEY_REFUSED
                    403 | Key limit exceeded (monthly limit). Manage it using https://openrouter.ai/settings/keys | ACCOUNT_BLOCKED
                    403 | Your team 16f2-40f4 has either used all available credits or reached its monthly spending limit. | ACCOUNT_BLOCKED
                    429 | Your team 16f2-40f4 has either used all available credits or reached its monthly spending limit. | ACCOUNT_BLOCKED
                    429 | Budget has been exceeded! Current cost: 11.2, Max budget: 10.0                     | ACCOUNT_BLOCKED
                    412 | Account acme is suspended, possibly due to reaching the monthly spending limit     | ACCOUNT_BLOCKED
                    400 | Your credit balance is too low to access the Anthropic API.                        | ACCOUNT_BLOCKED
                    403 | Permission denied: Consumer 'api_key:AIza' has been suspended.                     | ACCOUNT_BLOCKED
                    403 | Your project has been denied access. Please contact support.                       | ACCOUNT_BLOCKED
                    400 | acme/model-1:free is not a valid model ID                                          | MODEL_UNAVAILABLE
                    403 | This model is not available in your region.                                        | MODEL_UNAVAILABLE
                    400 | Model Not Exist                                                                    | MODEL_UNAVAILABLE
                    400 | /chat/completions: Invalid model name passed in model=m. Call `/v1/models`         | MODEL_UNAVAILABLE
                    400 | 400: {'error': '/chat/completions: Invalid model name passed in model=m. Call'}    | MODEL_UNAVAILABLE
                    400 | LiteLLM Virtual Key: sk-1, key_alias: a, exceeded budget for model=m               | MODEL_UNAVAILABLE
                    429 | ExceededBudget: User=alice over budget. Spend=11, Budget=10                        | ACCOUNT_BLOCKED
                    429 | ExceededBudget: End User=bob over budget. Spend=11, Budget=10                      | REJECTED
                    401 | No endpoints found that support tool use.                                          | KEY_REFUSED
                    403 | Access denied. Please check your network settings                                  | UNAVAILABLE
                    403 | Access denied due to Virtual Network/Firewall rules.                               | UNAVAILABLE
                    400 | User location is not supported for the API use.                                    | UNAVAILABLE
                    400 | This model's maximum context length is 4096 tokens. However, you requested 5000 tokens | TOO_LARGE
                    400 | Prompt contains 40000 tokens, too large for model with 32768 maximum context length | TOO_LARGE
                    400 | This model's maximum prompt length is 131072 but the request contains 200000 tokens. | TOO_LARGE
                    400 | The input token count (1200000) exceeds the maximum number of tokens allowed (1048576). | TOO_LARGE
                    400 | However, the model is loaded with context length of only 4096 tokens               | TOO_LARGE
                    422 | Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192. Given: 6204 | TOO_LARGE
                    429 | Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 30601. | TOO_LARGE
                    400 | Failed to deserialize the JSON body: messages[0]: unknown variant `image_url`, expected `text` | UNSUPPORTED
                    400 | Function call is missing a thought_signature in functionCall parts.                | UNSUPPORTED
                    400 | The `reasoning_content` in the thinking mode must be passed back to the API.            | UNSUPPORTED
                    400 | Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.             | UNSUPPORTED
                    400 | Unexpected role 'user' after role 'tool'                                           | UNSUPPORTED
                    400 | After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s). | UNSUPPORTED
                    400 | After the optional system message, conversation roles must alternate user and assistant roles | UNSUPPORTED
                    400 | Thinking mode does not support this tool_choice                                    | UNSUPPORTED
                    400 | * GenerateContentRequest.tools[0].function_declarations[15].parameters.properties[fields].items: missing field. | UNSUPPORTED
                    400 | * GenerateContentRequest.contents: contents is not specified                       | REJECTED
                    400 | Argument not supported on this model: presencePenalty                              | UNSUPPORTED
                    400 | Model grok-4 does not support parameter reasoningEffort.                           | UNSUPPORTED
                    400 | Invalid JSON payload received. Unknown name "seed": Cannot find field.             | UNSUPPORTED
                    400 | This response_format type is unavailable now                                       | UNSUPPORTED
                    404 | No endpoints found that support tool use. To learn more, visit: https://openrouter.ai | UNSUPPORTED
                    404 | Model is not supported                                                             | MODEL_UNAVAILABLE
                    404 | No endpoints found for acme/model-1:free.                                          | MODEL_UNAVAILABLE
                    400 | registry.ollama.ai/library/gemma3:4b does not support tools                        | UNSUPPORTED
                    400 | "auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set | UNSUPPORTED
                    400 | The key limit exceeded nothing                                                     | REJECTED
                    401 | Key limit exceeded                                                                 | KEY_REFUSED
                    429 | Rate limit reached                                                                 | RATE_LIMITED
                    500 | Request too large for this server                                                  | UNAVAILABLE
                    """)
    void message_selects_the_kind_if_the_status_may_have_another(int status, String message, ErrorKind kind) {
        assertEquals(kind, kind(status, message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "property 'verbosity' is unsupported",
                "'messages.2' : for 'role:user' the following must be satisfied[('messages.2' : property 'name' is unsupported)]",
                "'messages.2' : ... [('messages.2' : property 'reasoning' is unsupported, did you mean 'role'?)]",
                "`logprobs` is not supported with this model",
                "`tool calling` is not supported with this model",
                "`reasoning_effort` must be one of `low`, `medium`, or `high`",
                "`service_tier` `auto` is not available for this org. You can check your plan.",
                "'n' : number must be at most 1",
                "'service_tier' : value must be one of [auto, on_demand]",
                "This model does not support response format `json_schema`. See supported models.",
                "json mode cannot be combined with tool/function calling",
                "'messages.4' : for 'role:user' the following must be satisfied[('messages.4.content' : value must be a string)]",
                "body.messages.0.system.content: Input should be a valid string",
                "messages.2.assistant.reasoning_content: property 'messages.2.assistant.reasoning_content' is unsupported",
                "1 validation error for ChatCompletionServerRequest\nreasoning_effort\n Input should be 'low', 'medium' or 'high'",
                "service_tier: must be one of [auto, default]",
                "reasoning_effort: 'none' is not supported by this model",
                "Unrecognized request argument supplied: foo",
                "messages.3.assistant.reasoning_content: Extra inputs are not permitted",
                "[{'type': 'extra_forbidden', 'loc': ('body', 'seed'), 'msg': 'Extra inputs are not permitted'}]"
            })
    void messages_about_provider_features_are_unsupported(String words) {
        assertEquals(ErrorKind.UNSUPPORTED, kind(400, words));
    }

    /// A client chooses the names of fields, and Cerebras and FastAPI repeat them at the beginning.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Incorrect API key provided",
                "Your credit balance is too low",
                "x is not a valid model ID",
                "Invalid model name passed in model=",
                "Access denied. Please check your network settings"
            })
    void field_named_like_a_message_cools_nothing(String field) {
        assertEquals(ErrorKind.UNSUPPORTED, kind(400, field + ": property '" + field + "' is unsupported"));
        assertEquals(ErrorKind.UNSUPPORTED, kind(422, field + ": Extra inputs are not permitted"));
        assertEquals(ErrorKind.UNSUPPORTED, kind(422, field + ": extra fields not permitted"));
    }

    @Test
    void text_of_the_client_within_a_message_cools_nothing() {
        assertEquals(
                ErrorKind.REJECTED, kind(400, "messages: wrong, input_value='Invalid model name passed in model='"));
    }

    @Test
    void only_the_first_4000_characters_of_a_message_are_read() {
        assertEquals(ErrorKind.REJECTED, kind(400, "x".repeat(4000) + "maximum context length"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'temperature' : number must be between 0 and 2",
                "'messages' : minimum number of items is 1",
                "'messages.1' : for 'role:tool' the following must be satisfied[('messages.1.tool_call_id' : is required)]",
                "tool_choice: tool_choice requires tools",
                "messages: a tool message answers no tool call",
                "nothing is said",
                "Failed to call a function named 'n' : it is unknown",
                "The prompt is not supported by evidence"
            })
    void messages_about_invalid_requests_are_rejected(String words) {
        assertEquals(ErrorKind.REJECTED, kind(400, words));
    }

    private static ErrorKind kind(int status, String message) {
        return ErrorKind.of(
                status,
                new ErrorBody(message, message, "invalid_request_error", null, null, status, true, Extras.NONE));
    }
}
