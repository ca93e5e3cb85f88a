package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.WHOLE;
import static io.keywheel.contract.Trial.LONG;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.domain.failover.Failure;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a wire may have no words for. It is carried, or the request is `Unsupported` with a refusal that names
/// it, so that another provider is asked: a wish that goes under without a word is granted by nobody.
interface Burdens extends Subject {

    @Test
    default void carries_an_extra_or_says_that_it_cannot() {
        assertCarried(
                "crystal_ball",
                trial -> trial.call(
                        Sampling.DEFAULT, Extras.of("crystal_ball", "\"clear\""), LONG, Message.user("Hello")));
    }

    @Test
    default void carries_several_choices_or_says_that_it_cannot() {
        assertCarried(
                "17",
                "n",
                trial -> trial.call(
                        new Sampling(null, null, null, List.of(), null, 17), Extras.NONE, LONG, Message.user("Hello")));
    }

    @Test
    default void carries_a_picture_or_says_that_it_cannot() {
        assertCarried(
                "iVBORw0KGgo",
                "image",
                trial -> trial.call(user(new Part.Image("data:image/png;base64,iVBORw0KGgo=", null))));
    }

    @Test
    default void carries_a_part_of_another_kind_or_says_that_it_cannot() {
        assertCarried("hologram", trial -> trial.call(user(new Part.Other(Extras.of("type", "\"hologram\"")))));
    }

    @Test
    default void carries_a_function_or_says_that_it_cannot() {
        assertCarried(
                "look_up",
                "tools",
                trial -> tooled(trial, new Tool.Function("look_up", "Looks it up", "{\"type\":\"object\"}"), null));
    }

    @Test
    default void carries_the_result_of_a_function_or_says_that_it_cannot() {
        var asked = new Message(
                Role.ASSISTANT, List.of(), List.of(new ToolCall("call-77", "look_up", "{}")), null, Extras.NONE);
        var result = new Message(Role.TOOL, List.of(new Part.Text("snow in Ulm")), List.of(), "call-77", Extras.NONE);
        assertCarried("look_up", "tool", trial -> trial.call(Message.user("Look"), asked, result));
    }

    @Test
    default void carries_a_tool_of_another_kind_or_says_that_it_cannot() {
        assertCarried(
                "divining_rod",
                "tools",
                trial -> tooled(trial, new Tool.Other(Extras.of("type", "\"divining_rod\"")), null));
    }

    @Test
    default void carries_the_choice_of_a_function_or_says_that_it_cannot() {
        assertCarried(
                "required",
                "tool",
                trial -> tooled(trial, new Tool.Function("look_up", null, null), ToolChoice.Mode.REQUIRED));
    }

    private static Message user(Part part) {
        return new Message(Role.USER, List.of(new Part.Text("Look"), part), List.of(), null, Extras.NONE);
    }

    private static LlmCall tooled(Trial trial, Tool tool, @Nullable ToolChoice choice) {
        var conversation = new Conversation(List.of(Message.user("Look")), List.of(tool), choice);
        return new LlmCall(trial.target(1, Trial.MODEL), conversation, Sampling.DEFAULT, Extras.NONE, LONG);
    }

    private void assertCarried(String sent, Function<Trial, LlmCall> call) {
        assertCarried(sent, sent, call);
    }

    /// @param named what a refusal has to name, in its words or as its parameter
    private void assertCarried(String sent, String named, Function<Trial, LlmCall> call) {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            LlmReply reply = trial.ask(WHOLE, call.apply(trial));
            if (!trial.server().exchanges().isEmpty()) {
                trial.assertSent(sent);
                return;
            }
            var refusal = assertInstanceOf(Failure.Unsupported.class, Trial.failed(reply))
                    .refusal();
            assertTrue((refusal.message() + " " + refusal.param()).contains(named), refusal::toString);
        }
    }
}
