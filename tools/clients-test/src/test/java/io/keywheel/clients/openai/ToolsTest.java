package io.keywheel.clients.openai;

import static io.keywheel.clients.World.CEREBRAS_MODEL;
import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.clients.openai.Caller.WEATHER;
import static io.keywheel.clients.openai.Caller.question;
import static io.keywheel.clients.openai.Caller.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletion.Choice.FinishReason;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One gateway for all: nothing fails here.
@TestInstance(PER_CLASS)
final class ToolsTest {

    private static final String ARGUMENTS = "{\"city\": \"Saint-Tropez\", \"days\": 3}";

    @AutoClose
    private final Caller caller = new Caller();

    @BeforeEach
    void forget() {
        caller.world.simulator().clearRequests();
    }

    private static ChatCompletionCreateParams.Builder callingQuestion(String model) {
        return question(model, "call:weather " + ARGUMENTS).addFunctionTool(WEATHER);
    }

    private static ChatCompletionMessageFunctionToolCall theCall(ChatCompletion completion) {
        var choice = completion.choices().getFirst();
        assertEquals(FinishReason.TOOL_CALLS, choice.finishReason());
        var calls = choice.message().toolCalls().orElseThrow();
        assertEquals(1, calls.size());
        return calls.getFirst().function().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL})
    void a_tool_is_called_and_its_result_answers(String model) {
        var first = caller.ask(callingQuestion(model));
        var call = theCall(first);
        assertEquals("weather", call.function().name());
        assertEquals(ARGUMENTS, call.function().arguments());
        var second = caller.ask(callingQuestion(model)
                .addMessage(first.choices().getFirst().message())
                .addMessage(ChatCompletionToolMessageParam.builder()
                        .toolCallId(call.id())
                        .content("sunny")
                        .build()));
        assertTrue(text(second).contains("The tool said \"sunny\" (message 3"), text(second));
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL})
    void a_streamed_call_is_put_together_from_its_fragments(String model) {
        var accumulator = ChatCompletionAccumulator.create();
        caller.stream(callingQuestion(model)).forEach(accumulator::accumulate);
        var call = theCall(accumulator.chatCompletion());
        assertEquals("weather", call.function().name());
        assertEquals(ARGUMENTS, call.function().arguments());
    }
}
