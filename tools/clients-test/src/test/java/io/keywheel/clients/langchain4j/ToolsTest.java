package io.keywheel.clients.langchain4j;

import static io.keywheel.clients.World.CEREBRAS_MODEL;
import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.clients.langchain4j.Caller.withWeather;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One gateway for all: nothing fails here.
@TestInstance(PER_CLASS)
final class ToolsTest {

    private static final String ARGUMENTS = "{\"city\": \"Saint-Tropez\", \"days\": 3}";
    private static final UserMessage QUESTION = UserMessage.from("call:weather " + ARGUMENTS);

    @AutoClose
    private final Caller caller = new Caller();

    @BeforeEach
    void forget() {
        caller.world.simulator().clearRequests();
    }

    private static ToolExecutionRequest theCall(ChatResponse response) {
        assertEquals(FinishReason.TOOL_EXECUTION, response.finishReason());
        var calls = response.aiMessage().toolExecutionRequests();
        assertEquals(1, calls.size());
        assertEquals("weather", calls.getFirst().name());
        assertEquals(ARGUMENTS, calls.getFirst().arguments());
        return calls.getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL})
    void a_tool_is_called_and_its_result_answers(String name) {
        var model = caller.model(name).build();
        var first = model.chat(withWeather(QUESTION));
        var result = ToolExecutionResultMessage.from(theCall(first), "sunny");
        var second = model.chat(withWeather(QUESTION, first.aiMessage(), result));
        assertTrue(second.aiMessage().text().contains("The tool said \"sunny\" (message 3"), second.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL})
    void a_streamed_call_is_put_together_from_its_fragments(String model) {
        var heard = caller.stream(model, withWeather(QUESTION));
        var call = theCall(heard.response());
        assertEquals(ARGUMENTS, String.join("", heard.argumentParts));
        var second = caller.stream(
                model,
                withWeather(QUESTION, heard.response().aiMessage(), ToolExecutionResultMessage.from(call, "rain")));
        assertTrue(second.response().aiMessage().text().contains("The tool said \"rain\""));
    }
}
