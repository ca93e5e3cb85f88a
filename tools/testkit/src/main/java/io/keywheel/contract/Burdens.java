package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.WHOLE;
import static io.keywheel.contract.Trial.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a conversation may have beside words, one [wish][Wishes] at a time.
interface Burdens extends Wishes {

    @Test
    default void carries_an_extra_or_says_that_it_cannot() {
        assertCarried(
                "crystal_ball",
                trial -> trial.call(
                        Sampling.DEFAULT, Extras.of("crystal_ball", "\"clear\""), LONG, Message.user("Hello")),
                "crystal_ball");
    }

    @Test
    default void carries_a_picture_or_says_that_it_cannot() {
        assertCarried(
                "image",
                trial -> trial.call(user(new Part.Image("data:image/png;base64,iVBORw0KGgo=", null))),
                "iVBORw0KGgo");
    }

    @Test
    default void carries_a_part_of_another_kind_or_says_that_it_cannot() {
        assertCarried(
                "hologram", trial -> trial.call(user(new Part.Other(Extras.of("type", "\"hologram\"")))), "hologram");
    }

    @Test
    default void carries_a_function_or_says_that_it_cannot() {
        assertCarried(
                "tool",
                trial -> tooled(trial, new Tool.Function("look_up", "Looks it up", "{\"type\":\"object\"}"), null),
                "look_up");
    }

    @Test
    default void carries_the_schema_of_a_function_or_says_that_it_cannot() {
        var schema = "{\"type\":\"object\",\"properties\":{\"zeppelin\":{\"type\":\"string\"}}}";
        assertCarried("tool", trial -> tooled(trial, new Tool.Function("look_up", null, schema), null), "zeppelin");
    }

    @Test
    default void carries_strict_of_a_function_or_says_that_it_cannot() {
        assertToldApart(
                List.of("strict", "tool"),
                strict -> trial -> tooled(trial, new Tool.Function("look_up", null, null, strict, Extras.NONE), null));
    }

    @Test
    default void carries_the_detail_of_a_picture_or_says_that_it_cannot() {
        String picture = "data:image/png;base64,iVBORw0KGgo=";
        assertToldApart(
                List.of("detail", "image"),
                high -> trial -> trial.call(user(new Part.Image(picture, high ? "high" : "low"))));
    }

    @Test
    default void carries_the_arguments_of_a_call_or_says_that_it_cannot() {
        var call = new ToolCall("call-77", "look_up", "{\"city\":\"Ulm\"}");
        var asked = new Message(Role.ASSISTANT, List.of(), List.of(call), null, Extras.NONE);
        var result = new Message(Role.TOOL, List.of(new Part.Text("snow")), List.of(), "call-77", Extras.NONE);
        assertCarried("tool", trial -> trial.call(Message.user("Look"), asked, result), "look_up", "Ulm");
    }

    @Test
    default void carries_the_result_of_a_function_or_says_that_it_cannot() {
        var asked = new Message(
                Role.ASSISTANT, List.of(), List.of(new ToolCall("call-77", "look_up", "{}")), null, Extras.NONE);
        var result = new Message(Role.TOOL, List.of(new Part.Text("snow in Ulm")), List.of(), "call-77", Extras.NONE);
        assertCarried("tool", trial -> trial.call(Message.user("Look"), asked, result), "look_up", "snow in Ulm");
    }

    @Test
    default void carries_a_tool_of_another_kind_or_says_that_it_cannot() {
        assertCarried(
                "tool",
                trial -> tooled(trial, new Tool.Other(Extras.of("type", "\"divining_rod\"")), null),
                "divining_rod");
    }

    /// Each wire has a word of its own for it: that it says one shows where the request differs from one
    /// without it.
    @Test
    default void carries_the_choice_of_a_function_or_says_that_it_cannot() {
        var function = new Tool.Function("look_up", null, null);
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            trial.ask(WHOLE, tooled(trial, function, null));
            List<String> without = bodies(trial);
            LlmReply reply = trial.ask(WHOLE, tooled(trial, function, ToolChoice.Mode.REQUIRED));
            List<String> both = bodies(trial);
            if (both.equals(without)) {
                Wishes.assertRefused("tool", reply);
            } else {
                assertEquals(2, Set.copyOf(both).size(), "different requests");
            }
        }
    }

    /// Two requests that differ in one thing must differ on the wire, or be refused.
    private void assertToldApart(List<String> named, Function<Boolean, Function<Trial, LlmCall>> call) {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            List<LlmReply> refused = Stream.of(true, false)
                    .map(each -> trial.ask(WHOLE, call.apply(each).apply(trial)))
                    .filter(LlmReply.Failed.class::isInstance)
                    .toList();
            refused.forEach(reply -> Wishes.assertRefused("(?:" + String.join("|", named) + ")", reply));
            assertEquals(2, Set.copyOf(bodies(trial)).size() + refused.size(), () -> "different requests: " + named);
        }
    }

    private static List<String> bodies(Trial trial) {
        return trial.server().exchanges().stream().map(WireExchange::body).toList();
    }

    private static Message user(Part part) {
        return new Message(Role.USER, List.of(new Part.Text("Look"), part), List.of(), null, Extras.NONE);
    }

    private static LlmCall tooled(Trial trial, Tool tool, @Nullable ToolChoice choice) {
        var conversation = new Conversation(List.of(Message.user("Look")), List.of(tool), choice);
        return new LlmCall(trial.target(1, Trial.MODEL), conversation, Sampling.DEFAULT, Extras.NONE, LONG);
    }
}
