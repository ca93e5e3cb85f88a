package io.keywheel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.domain.failover.Failure;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Checks of features that a format may lack. The adapter sends the feature, or refuses the request as
/// `Unsupported` and names the feature, so that another provider is tried. It never drops one silently.
///
/// The numbers are unlikely to occur in identifiers or times.
interface FeatureSupport extends AdapterUnderTest {

    String ZEPPELIN = "{\"type\":\"object\",\"properties\":{\"zeppelin\":{\"type\":\"string\"}}}";

    Tool LOOK_UP = new Tool.Function("look_up", "Looks it up", "{\"type\":\"object\"}");
    Tool LOOK_DOWN = new Tool.Function("look_down", "Looks it down", "{\"type\":\"object\"}");

    /// For each feature: the text in the request, or the name in the refusal.
    @TestFactory
    default Stream<DynamicTest> carries_each_feature() {
        var stops = List.of("STOP-HERE", "STOP-THERE");
        return Stream.of(
                feature("a_temperature", "temperature", "0.71875", sampled("0.71875", null)),
                feature("a_bound_on_tokens", "max", "40961827364", sampled(40961827364L, List.of(), null, null)),
                feature("a_top_p", "top_p", "0.84375", sampled(null, "0.84375")),
                feature("a_text_to_stop_at", "stop", "STOP-THERE", sampled(null, stops, null, null)),
                feature("a_seed", "seed", "91827364554", sampled(null, List.of(), 91827364554L, null)),
                feature("several_choices", "n", "73819", sampled(null, List.of(), null, 73819)),
                feature(
                        "an_extra",
                        "crystal_ball",
                        "crystal_ball",
                        call(Sampling.DEFAULT, Extras.of("crystal_ball", "\"clear\""))),
                feature("a_picture", "image", "iVBORw0KGgo", call(picture(null))),
                feature(
                        "the_url_of_a_picture",
                        "(?:image|request)", // only the request tells that it is elsewhere
                        "picture-elsewhere",
                        call(user(new Part.Image("https://example.org/picture-elsewhere.png", null)))),
                feature(
                        "a_part_of_another_kind",
                        "hologram",
                        "hologram",
                        call(user(new Part.Other(Extras.of("type", "\"hologram\""))))),
                feature("a_function", "tool", "look_down", tooled(null, LOOK_UP, LOOK_DOWN)),
                feature("the_description_of_a_function", "tool", "Looks it up", tooled(null, LOOK_UP)),
                feature(
                        "a_choice_of_another_kind",
                        "(?:tool|choice|request)", // only the request tells what kind it is
                        "pendulum",
                        tooled(new ToolChoice.Other("{\"type\":\"pendulum\"}"), LOOK_UP)),
                feature(
                        "the_schema_of_a_function",
                        "tool",
                        "zeppelin",
                        tooled(null, new Tool.Function("look_up", null, ZEPPELIN))),
                feature(
                        "a_tool_of_another_kind",
                        "tool",
                        "divining_rod",
                        tooled(null, new Tool.Other(Extras.of("type", "\"divining_rod\"")))));
    }

    private DynamicTest feature(String feature, String named, String sent, LlmCall call) {
        return dynamicTest("carries_" + feature + "_or_refuses_it", () -> assertCarried(named, call, sent));
    }

    private LlmCall sampled(@Nullable String temperature, @Nullable String topP) {
        return call(new Sampling(decimal(temperature), null, decimal(topP), List.of(), null, null), Extras.NONE);
    }

    private static @Nullable Decimal decimal(@Nullable String digits) {
        return digits == null ? null : new Decimal(digits);
    }

    private LlmCall sampled(
            @Nullable Long maxTokens, List<String> stops, @Nullable Long seed, @Nullable Integer choices) {
        return call(new Sampling(null, maxTokens, null, stops, seed, choices), Extras.NONE);
    }

    private LlmCall call(Sampling sampling, Extras extras) {
        return call(1, MODEL, sampling, extras, LONG, Conversation.of(Message.user("Hello")));
    }

    /// An adapter may name single fields of OpenAI's API as ones that it carries. Then it must send their values.
    @Test
    default void carries_each_value_of_a_further_field_or_refuses_it() {
        assertCarriesField("reasoning_effort", "\"low\"", "\"high\"");
        assertCarriesField("response_format", "{\"type\":\"json_object\"}", "{\"type\":\"text\"}");
        assertCarriesField("frequency_penalty", "0.53125", "1.53125");
        assertCarriesField("presence_penalty", "0.53125", "1.53125");
    }

    private void assertCarriesField(String name, String... values) {
        assertDifferent(
                name + "|request", // only the request tells which value it is
                Stream.of(values)
                        .map(value -> call(Sampling.DEFAULT, Extras.of(name, value)))
                        .toArray(LlmCall[]::new));
    }

    @Test
    default void carries_the_detail_of_a_picture_or_refuses_it() {
        assertDifferent("detail|image", call(picture("high")), call(picture("low")));
    }

    @Test
    default void carries_the_type_of_a_picture_or_refuses_it() {
        assertDifferent(
                "image", call(picture(null)), call(user(new Part.Image("data:image/webp;base64,iVBORw0KGgo=", null))));
    }

    private static Message picture(@Nullable String detail) {
        return user(new Part.Image("data:image/png;base64,iVBORw0KGgo=", detail));
    }

    private static Message user(Part part) {
        return new Message(Role.USER, List.of(new Part.Text("Look"), part), List.of(), null, Extras.NONE);
    }

    @Test
    default void carries_the_picture_of_a_tool_result_or_refuses_it() {
        var picture = List.<Part>of(new Part.Image("data:image/png;base64,iVBORw0KGgo=", null));
        Message result = new Message(Role.TOOL, picture, List.of(), "call-77", Extras.NONE);
        assertCarried(
                "(?:image|tool|request)", // only the request tells where the picture is
                call(Message.user("Look"), calling(new ToolCall("call-77", "look_up", "{}")), result),
                "iVBORw0KGgo");
    }

    @Test
    default void carries_strict_of_a_function_or_refuses_it() {
        assertDifferent("strict|tool", strict(true), strict(false));
    }

    private LlmCall strict(boolean strict) {
        return tooled(null, new Tool.Function("look_up", null, null, strict, Extras.NONE));
    }

    /// Rare modes are easily confused with common ones. A missing choice is not tested, because it may equal
    /// `AUTO`.
    @Test
    default void carries_the_choice_of_a_function_or_refuses_it() {
        assertDifferent(
                "tool",
                Stream.of(
                                ToolChoice.Mode.AUTO,
                                ToolChoice.Mode.NONE,
                                ToolChoice.Mode.REQUIRED,
                                new ToolChoice.Function("look_up"),
                                new ToolChoice.Function("look_down"))
                        .map(choice -> tooled(choice, LOOK_UP, LOOK_DOWN))
                        .toArray(LlmCall[]::new));
    }

    private LlmCall tooled(@Nullable ToolChoice choice, Tool... tools) {
        return call(new Conversation(List.of(Message.user("Look")), List.of(tools), choice));
    }

    /// A temperature of zero must differ from no temperature.
    @Test
    default void carries_a_temperature_of_zero_or_refuses_it() {
        assertDifferent("temperature", hello(LONG), sampled("0", null));
    }

    @Test
    default void carries_top_p_distinct_from_temperature_or_refuses_it() {
        assertDifferent("temperature|top_p", sampled("0.5", null), sampled(null, "0.5"));
    }

    @Test
    default void carries_the_arguments_of_a_call_or_refuses_it() {
        var up = new ToolCall("call-77", "look_up", "{\"city\":\"Ulm\"}");
        var down = new ToolCall("call-78", "look_down", "{\"city\":\"Bonn\"}");
        assertCarried(
                "tool",
                call(Message.user("Look"), calling(up, down), result("call-77", "snow"), result("call-78", "rain")),
                "look_up",
                "Ulm",
                "look_down",
                "Bonn");
    }

    @Test
    default void carries_the_text_beside_a_call_or_refuses_it() {
        var text = List.<Part>of(new Part.Text("words-beside-the-call"));
        var calls = List.of(new ToolCall("call-77", "look_up", "{}"));
        var both = new Message(Role.ASSISTANT, text, calls, null, Extras.NONE);
        assertCarried("tool", call(Message.user("Look"), both, result("call-77", "snow")), "words-beside-the-call");
    }

    @Test
    default void carries_the_result_of_a_function_or_refuses_it() {
        Message call = calling(new ToolCall("call-77", "look_up", "{}"));
        assertCarried(
                "tool", call(Message.user("Look"), call, result("call-77", "snow in Ulm")), "look_up", "snow in Ulm");
    }

    /// Either the call's id or the function's name links a result to its call. Results of two calls must not be
    /// swapped.
    @Test
    default void carries_the_call_of_a_tool_result_or_refuses_it() {
        assertDifferent(
                "tool",
                looking("call-1", "call-2", result("call-1", "snow"), result("call-2", "rain")),
                looking("call-1", "call-2", result("call-2", "snow"), result("call-1", "rain")));
    }

    @Test
    default void carries_the_id_of_a_call_or_refuses_it() {
        assertDifferent(
                "tool",
                looking("call-1", "call-2", result("call-1", "snow"), result("call-2", "rain")),
                looking("call-2", "call-1", result("call-1", "snow"), result("call-2", "rain")));
    }

    /// Two calls with these ids, and their results.
    private LlmCall looking(String up, String down, Message first, Message second) {
        Message calls = calling(new ToolCall(up, "look_up", "{}"), new ToolCall(down, "look_down", "{}"));
        return call(Message.user("Look"), calls, first, second);
    }

    @Test
    default void carries_the_failure_of_a_call_or_refuses_it() {
        var failed = new Message(Role.TOOL, List.of(new Part.Text("no")), List.of(), "c1", true, null, Extras.NONE);
        Message call = calling(new ToolCall("c1", "look_up", "{}"));
        assertDifferent(
                "tool", call(Message.user("Look"), call, failed), call(Message.user("Look"), call, result("c1", "no")));
    }

    private static Message calling(ToolCall... calls) {
        return new Message(Role.ASSISTANT, List.of(), List.of(calls), null, Extras.NONE);
    }

    private static Message result(String id, String text) {
        return new Message(Role.TOOL, List.of(new Part.Text(text)), List.of(), id, Extras.NONE);
    }

    /// @param named the name that a refusal must contain, in its message or its parameter
    /// @param sent the texts that the body must contain in this order if the feature is sent
    private void assertCarried(String named, LlmCall call, String... sent) {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                LlmReply reply = adapter.ask(form, call);
                if (adapter.server.exchanges().isEmpty()) {
                    assertRefused(named, reply);
                } else {
                    // The message explains refusals, because an adapter's author may not know them.
                    adapter.assertSent(
                            "; a wire that has no words for " + named + " refuses it as Unsupported and sends nothing:"
                                    + " with the SDK, Format.capabilities() leaves it out",
                            sent);
                }
            }
        });
    }

    /// Requests that differ in one feature must have different bodies, or be refused.
    private void assertDifferent(String named, LlmCall... calls) {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                List<LlmReply> refused = Stream.of(calls)
                        .map(call -> adapter.ask(form, call))
                        .filter(LlmReply.Failed.class::isInstance)
                        .toList();
                refused.forEach(reply -> assertRefused("(?:" + named + ")", reply));
                long different = adapter.server.exchanges().stream()
                        .map(WireExchange::body)
                        .distinct()
                        .count();
                assertEquals(calls.length, different + refused.size(), () -> "different requests: " + named);
            }
        });
    }

    private void assertRefused(String named, LlmReply reply) {
        var error = assertInstanceOf(Failure.Unsupported.class, failed(reply)).upstreamError();
        // `tool` also matches `tools` and `tool_choice`, but `n` matches only as a word.
        var name = Pattern.compile("\\b" + named + "(?:s|_\\w+)?\\b");
        assertTrue(name.matcher(error.message() + " " + error.param()).find(), error::toString);
    }
}
