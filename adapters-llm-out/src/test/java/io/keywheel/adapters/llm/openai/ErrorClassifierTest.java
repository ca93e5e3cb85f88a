package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Extras;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Classification of a 400 by its message alone. [FailureReaderTest] covers codes and statuses.
class ErrorClassifierTest {

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
        assertEquals(ErrorClassifier.UNSUPPORTED, meaning(words));
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
        assertEquals(ErrorClassifier.REJECTED, meaning(words));
    }

    private static ErrorClassifier meaning(String words) {
        return ErrorClassifier.of(
                400, new ErrorBody(words, "invalid_request_error", null, null, 400, true, Extras.NONE));
    }
}
