package io.keywheel.adapters.llm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.Allowance;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

    @Test
    void reads_what_cerebras_sends() {
        assertEquals(
                Completion.of(Reply.of("2 + 2 = 4."), FinishReason.STOP, new TokenUsage(69, 35, 104)),
                answered(Recorded.CEREBRAS_ANSWER));
    }

    @Test
    void content_may_be_missing_beside_tool_calls() {
        var completion = answered(choice(
                "{\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
                        + "\"{ \\\"a\\\": 1.50 }\"}}]}",
                "tool_calls"));
        assertEquals(
                List.of(new ToolCall("c1", "f", "{ \"a\": 1.50 }")),
                completion.choices().getFirst().reply().toolCalls());
        assertEquals("", completion.text());
        assertNull(completion.usage());
    }

    @ParameterizedTest
    @CsvSource({
        "stop,STOP",
        "length,LENGTH",
        "tool_calls,TOOL_CALLS",
        "function_call,TOOL_CALLS",
        "content_filter,CONTENT_FILTER",
        "eos,OTHER"
    })
    void knows_the_reasons_to_finish(String name, FinishReason reason) {
        assertEquals(reason, answered(choice("{\"content\":\"x\"}", name)).finishReason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"content\":\"\"}", "{\"content\":null,\"reasoning\":\"Hm\"}"})
    void an_answer_without_words_is_empty(String message) {
        assertEquals(Kind.EMPTY_REPLY, failed(choice(message, "stop")));
    }

    @Test
    void an_answer_without_words_that_used_its_budget_is_one() {
        assertEquals(
                "Hm",
                answered(choice("{\"reasoning_content\":\"Hm\"}", "length")).reasoning());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "{\"choices\":[]}", "{\"choices\":[{\"message\":3}]}"})
    void what_is_no_answer_is_unavailable(String body) {
        assertEquals(Kind.UNAVAILABLE, failed(body));
    }

    private static String choice(String message, String reason) {
        return "{\"choices\":[{\"message\":" + message + ",\"finish_reason\":\"" + reason + "\"}]}";
    }

    private static Completion answered(String json) {
        return assertInstanceOf(LlmReply.Answered.class, AnswerReader.read(Json.parse(json), Allowance.UNKNOWN))
                .completion();
    }

    private static Kind failed(String json) {
        return assertInstanceOf(LlmReply.Failed.class, AnswerReader.read(Json.parse(json), Allowance.UNKNOWN))
                .failure()
                .kind();
    }
}
