package io.keywheel.contract;

import static io.keywheel.contract.AdapterFixture.LONG;
import static io.keywheel.contract.AdapterUnderTest.inEachForm;
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
        var noStop = List.<String>of();
        return Stream.of(
                sampling(
                        "a_temperature",
                        "temperature",
                        "0.71875",
                        new Sampling(new Decimal("0.71875"), null, null, noStop, null, null)),
                sampling(
                        "a_bound_on_tokens",
                        "max",
                        "40961827364",
                        new Sampling(null, 40961827364L, null, noStop, null, null)),
                sampling(
                        "a_top_p",
                        "top_p",
                        "0.84375",
                        new Sampling(null, null, new Decimal("0.84375"), noStop, null, null)),
                sampling(
                        "a_text_to_stop_at",
                        "stop",
                        "STOP-THERE",
                        new Sampling(null, null, null, List.of("STOP-HERE", "STOP-THERE"), null, null)),
                sampling("a_seed", "seed", "91827364554", new Sampling(null, null, null, noStop, 91827364554L, null)),
                sampling("several_choices", "n", "73819", new Sampling(null, null, null, noStop, null, 73819)),
                feature(
                        "an_extra",
                        "crystal_ball",
                        "crystal_ball",
                        adapter -> adapter.call(
                                Sampling.DEFAULT, Extras.of("crystal_ball", "\"clear\""), LONG, Message.user("Hello"))),
                feature("a_picture", "image", "iVBORw0KGgo", adapter -> adapter.call(picture(null))),
                feature(
                        "a_part_of_another_kind",
                        "hologram",
                        "hologram",
                        adapter -> adapter.call(user(new Part.Other(Extras.of("type", "\"hologram\""))))),
                feature("a_function", "tool", "look_down", adapter -> tooled(adapter, null, LOOK_UP, LOOK_DOWN)),
                feature(
                        "the_description_of_a_function",
                        "tool",
                        "Looks it up",
                        adapter -> tooled(adapter, null, LOOK_UP)),
                feature(
                        "a_choice_of_another_kind",
                        "(?:tool|choice|request)", // only the request tells what kind it is
                        "pendulum",
                        adapter -> tooled(adapter, new ToolChoice.Other("{\"type\":\"pendulum\"}"), LOOK_UP)),
                feature(
                        "the_schema_of_a_function",
                        "tool",
                        "zeppelin",
                        adapter -> tooled(adapter, null, new Tool.Function("look_up", null, ZEPPELIN))),
                feature(
                        "a_tool_of_another_kind",
                        "tool",
                        "divining_rod",
                        adapter -> tooled(adapter, null, new Tool.Other(Extras.of("type", "\"divining_rod\"")))));
    }

    private DynamicTest sampling(String feature, String named, String sent, Sampling sampling) {
        return feature(feature, named, sent, sampled(sampling));
    }

    private DynamicTest feature(String feature, String named, String sent, Asked call) {
        return dynamicTest("carries_" + feature + "_or_refuses_it", () -> assertCarried(named, call, sent));
    }

    @Test
    default void carries_the_detail_of_a_picture_or_refuses_it() {
        assertDifferent(
                "detail|image", adapter -> adapter.call(picture("high")), adapter -> adapter.call(picture("low")));
    }

    private static Message picture(@Nullable String detail) {
        return user(new Part.Image("data:image/png;base64,iVBORw0KGgo=", detail));
    }

    private static Message user(Part part) {
        return new Message(Role.USER, List.of(new Part.Text("Look"), part), List.of(), null, Extras.NONE);
    }

    @Test
    default void carries_strict_of_a_function_or_refuses_it() {
        assertDifferent("strict|tool", adapter -> strict(adapter, true), adapter -> strict(adapter, false));
    }

    private static LlmCall strict(AdapterFixture adapter, boolean strict) {
        return tooled(adapter, null, new Tool.Function("look_up", null, null, strict, Extras.NONE));
    }

    /// Rare modes are easily confused with common ones. A missing choice is not tested, because it may equal
    /// `AUTO`.
    @Test
    default void carries_the_choice_of_a_function_or_refuses_it() {
        assertDifferent(
                "tool",
                choosing(ToolChoice.Mode.AUTO),
                choosing(ToolChoice.Mode.NONE),
                choosing(ToolChoice.Mode.REQUIRED),
                choosing(new ToolChoice.Function("look_up")),
                choosing(new ToolChoice.Function("look_down")));
    }

    private static Asked choosing(ToolChoice choice) {
        return adapter -> tooled(adapter, choice, LOOK_UP, LOOK_DOWN);
    }

    private static LlmCall tooled(AdapterFixture adapter, @Nullable ToolChoice choice, Tool... tools) {
        var conversation = new Conversation(List.of(Message.user("Look")), List.of(tools), choice);
        return new LlmCall(adapter.target(1, AdapterFixture.MODEL), conversation, Sampling.DEFAULT, Extras.NONE, LONG);
    }

    /// A temperature of zero must differ from no temperature.
    @Test
    default void carries_a_temperature_of_zero_or_refuses_it() {
        var zero = new Sampling(new Decimal("0"), null, null, List.of(), null, null);
        assertDifferent("temperature", sampled(Sampling.DEFAULT), sampled(zero));
    }

    @Test
    default void carries_top_p_distinct_from_temperature_or_refuses_it() {
        var half = new Decimal("0.5");
        assertDifferent(
                "temperature|top_p",
                sampled(new Sampling(half, null, null, List.of(), null, null)),
                sampled(new Sampling(null, null, half, List.of(), null, null)));
    }

    private static Asked sampled(Sampling sampling) {
        return adapter -> adapter.call(sampling, Extras.NONE, LONG, Message.user("Hello"));
    }

    @Test
    default void carries_the_arguments_of_a_call_or_refuses_it() {
        assertCarried(
                "tool",
                adapter -> adapter.call(
                        Message.user("Look"),
                        calling(
                                new ToolCall("call-77", "look_up", "{\"city\":\"Ulm\"}"),
                                new ToolCall("call-78", "look_down", "{\"city\":\"Bonn\"}")),
                        result("call-77", "snow"),
                        result("call-78", "rain")),
                "look_up",
                "Ulm",
                "look_down",
                "Bonn");
    }

    @Test
    default void carries_the_result_of_a_function_or_refuses_it() {
        assertCarried(
                "tool",
                adapter -> adapter.call(
                        Message.user("Look"),
                        calling(new ToolCall("call-77", "look_up", "{}")),
                        result("call-77", "snow in Ulm")),
                "look_up",
                "snow in Ulm");
    }

    /// Either the call's id or the function's name links a result to its call. Results of two calls must not be
    /// swapped.
    @Test
    default void carries_the_call_of_a_tool_result_or_refuses_it() {
        Message calls = calling(new ToolCall("call-1", "look_up", "{}"), new ToolCall("call-2", "look_down", "{}"));
        assertDifferent(
                "tool",
                adapter ->
                        adapter.call(Message.user("Look"), calls, result("call-1", "snow"), result("call-2", "rain")),
                adapter ->
                        adapter.call(Message.user("Look"), calls, result("call-2", "snow"), result("call-1", "rain")));
    }

    @Test
    default void carries_the_id_of_a_call_or_refuses_it() {
        assertDifferent("tool", looking("call-1", "call-2"), looking("call-2", "call-1"));
    }

    /// Two calls with these ids, and their results in a fixed order.
    private static Asked looking(String up, String down) {
        return adapter -> adapter.call(
                Message.user("Look"),
                calling(new ToolCall(up, "look_up", "{}"), new ToolCall(down, "look_down", "{}")),
                result("call-1", "snow"),
                result("call-2", "rain"));
    }

    @Test
    default void carries_the_failure_of_a_call_or_refuses_it() {
        var failed = new Message(Role.TOOL, List.of(new Part.Text("no")), List.of(), "c1", true, null, Extras.NONE);
        Message call = calling(new ToolCall("c1", "look_up", "{}"));
        assertDifferent(
                "tool",
                adapter -> adapter.call(Message.user("Look"), call, failed),
                adapter -> adapter.call(Message.user("Look"), call, result("c1", "no")));
    }

    private static Message calling(ToolCall... calls) {
        return new Message(Role.ASSISTANT, List.of(), List.of(calls), null, Extras.NONE);
    }

    private static Message result(String id, String text) {
        return new Message(Role.TOOL, List.of(new Part.Text(text)), List.of(), id, Extras.NONE);
    }

    /// @param named the name that a refusal must contain, in its message or its parameter
    /// @param sent the texts that the body must contain in this order if the feature is sent
    private void assertCarried(String named, Asked call, String... sent) {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                LlmReply reply = adapter.ask(form, call.of(adapter));
                if (adapter.server().exchanges().isEmpty()) {
                    assertRefused(named, reply);
                } else {
                    // The message explains refusals, because an adapter's author may not know them.
                    adapter.assertSent(
                            "; a wire that has no words for " + named + " refuses it as Unsupported and sends nothing:"
                                    + " with the SDK, Format.capabilities() leaves it out",
                            List.of(sent));
                }
            }
        });
    }

    /// Requests that differ in one feature must have different bodies, or be refused.
    private void assertDifferent(String named, Asked... calls) {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                List<LlmReply> refused = Stream.of(calls)
                        .map(call -> adapter.ask(form, call.of(adapter)))
                        .filter(LlmReply.Failed.class::isInstance)
                        .toList();
                refused.forEach(reply -> assertRefused("(?:" + named + ")", reply));
                long different = adapter.server().exchanges().stream()
                        .map(WireExchange::body)
                        .distinct()
                        .count();
                assertEquals(calls.length, different + refused.size(), () -> "different requests: " + named);
            }
        });
    }

    private static void assertRefused(String named, LlmReply reply) {
        var error = assertInstanceOf(Failure.Unsupported.class, AdapterFixture.failed(reply))
                .upstreamError();
        // `tool` also matches `tools` and `tool_choice`, but `n` matches only as a word.
        var name = Pattern.compile("\\b" + named + "(?:s|_\\w+)?\\b");
        assertTrue(name.matcher(error.message() + " " + error.param()).find(), error::toString);
    }
}
