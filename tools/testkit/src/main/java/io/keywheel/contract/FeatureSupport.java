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
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/// Checks of features that a format may lack. The adapter sends the feature, or refuses the request as
/// `Unsupported` and names the feature, so that another provider is tried. It never drops one silently.
///
/// The numbers are unlikely to occur in identifiers or times.
interface FeatureSupport extends AdapterUnderTest {

    String ZEPPELIN = "{\"type\":\"object\",\"properties\":{\"zeppelin\":{\"type\":\"string\"}}}";

    ToolCall UP = new ToolCall("call-77", "look_up", "{}");
    ToolCall DOWN = new ToolCall("call-78", "look_down", "{}");

    Tool LOOK_UP = new Tool.Function("look_up", "Looks it up", "{\"type\":\"object\"}");
    Tool LOOK_DOWN = new Tool.Function("look_down", "Looks it down", "{\"type\":\"object\"}");

    @TestFactory
    default Stream<DynamicTest> carries_each_feature() {
        return Stream.of(ofSampling(), ofFields(), ofPictures(), ofTools(), ofCalls())
                .flatMap(Function.identity());
    }

    private Stream<DynamicTest> ofSampling() {
        var stops = List.of("STOP-HERE", "STOP-THERE");
        return Stream.of(
                sent("a_temperature", "temperature", sampled("0.71875", null), "0.71875"),
                // Only the request tells that it is too high.
                sent("a_temperature_above_one", "temperature|request", sampled("1.71875", null), "1.71875"),
                // It must differ from no temperature.
                distinct("a_temperature_of_zero", "temperature", hello(LONG), sampled("0", null)),
                sent("a_bound_on_tokens", "max", sampled(40961827364L, List.of(), null, null), "40961827364"),
                sent("a_top_p", "top_p", sampled(null, "0.84375"), "0.84375"),
                distinct(
                        "top_p_distinct_from_temperature",
                        "temperature|top_p",
                        sampled("0.5", null),
                        sampled(null, "0.5")),
                sent("a_text_to_stop_at", "stop", sampled(null, stops, null, null), "STOP-THERE"),
                sent("a_seed", "seed", sampled(null, List.of(), 91827364554L, null), "91827364554"),
                sent("several_choices", "n", sampled(null, List.of(), null, 73819), "73819"));
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
    private Stream<DynamicTest> ofFields() {
        var named = new Message(
                Role.USER, List.of(new Part.Text("Hello")), List.of(), null, Extras.of("name", "\"zebedee\""));
        return Stream.of(
                sent("an_extra", "crystal_ball", field("crystal_ball", "\"clear\""), "crystal_ball"),
                values("reasoning_effort", "\"low\"", "\"high\""),
                values("response_format", "{\"type\":\"json_object\"}", "{\"type\":\"text\"}"),
                // Numbers cut to a range become equal.
                values("frequency_penalty", "0.53125", "1.53125", "1.65625", "-0.53125", "-0.65625"),
                values("presence_penalty", "0.53125", "1.53125", "1.65625", "-0.53125", "-0.65625"),
                values("top_k", "17", "19"),
                values("top_logprobs", "3", "5"),
                values("logit_bias", "{\"1\":7}", "{\"1\":9}"),
                values("verbosity", "\"low\"", "\"high\""),
                values("thinking", "{\"type\":\"enabled\",\"budget_tokens\":2048}", "{\"type\":\"disabled\"}"),
                // Only the request tells that it has a schema.
                sent(
                        "the_schema_of_a_response_format",
                        "response_format|request",
                        field(
                                "response_format",
                                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":" + ZEPPELIN
                                        + "}}"),
                        "zeppelin"),
                sent("the_name_of_a_user", "name", call(named), "zebedee"));
    }

    private DynamicTest values(String name, String... values) {
        // Only the request tells which value it is.
        return distinct(
                "each_value_of_" + name,
                name + "|request",
                Stream.of(values).map(value -> field(name, value)).toArray(LlmCall[]::new));
    }

    private LlmCall field(String name, String value) {
        return call(Sampling.DEFAULT, Extras.of(name, value));
    }

    private Stream<DynamicTest> ofPictures() {
        var elsewhere = user(new Part.Image("https://example.org/picture-elsewhere.png", null));
        var webp = user(new Part.Image("data:image/webp;base64,iVBORw0KGgo=", null));
        var hologram = user(new Part.Other(Extras.of("type", "\"hologram\"")));
        Message result = new Message(Role.TOOL, List.of(picture(null)), List.of(), "call-77", Extras.NONE);
        return Stream.of(
                sent("a_picture", "image", call(user(picture(null))), "iVBORw0KGgo"),
                // Only the request tells that it is elsewhere.
                sent("the_url_of_a_picture", "image|request", call(elsewhere), "picture-elsewhere"),
                distinct(
                        "the_detail_of_a_picture",
                        "detail|image",
                        call(user(picture("high"))),
                        call(user(picture("low")))),
                distinct("the_type_of_a_picture", "image", call(user(picture(null))), call(webp)),
                // Only the request tells where the picture is.
                sent("the_picture_of_a_tool_result", "image|tool|request", after(calling(UP), result), "iVBORw0KGgo"),
                sent("a_part_of_another_kind", "hologram", call(hologram), "hologram"));
    }

    private static Part picture(@Nullable String detail) {
        return new Part.Image("data:image/png;base64,iVBORw0KGgo=", detail);
    }

    private static Message user(Part part) {
        return new Message(Role.USER, List.of(new Part.Text("Look"), part), List.of(), null, Extras.NONE);
    }

    private Stream<DynamicTest> ofTools() {
        // Rare modes are easily confused with common ones. A missing choice is not tested, because it may equal `AUTO`.
        LlmCall[] choices = Stream.of(
                        ToolChoice.Mode.AUTO,
                        ToolChoice.Mode.NONE,
                        ToolChoice.Mode.REQUIRED,
                        new ToolChoice.Function("look_up"),
                        new ToolChoice.Function("look_down"))
                .map(choice -> tooled(choice, LOOK_UP, LOOK_DOWN))
                .toArray(LlmCall[]::new);
        var pendulum = new ToolChoice.Other("{\"type\":\"pendulum\"}");
        var rod = new Tool.Other(Extras.of("type", "\"divining_rod\""));
        return Stream.of(
                sent("a_function", "tool", tooled(null, LOOK_UP, LOOK_DOWN), "look_down"),
                sent("the_description_of_a_function", "tool", tooled(null, LOOK_UP), "Looks it up"),
                sent("the_schema_of_a_function", "tool", tooled(null, function(ZEPPELIN, null)), "zeppelin"),
                distinct(
                        "strict_of_a_function",
                        "strict|tool",
                        tooled(null, function(null, true)),
                        tooled(null, function(null, false))),
                sent("a_tool_of_another_kind", "tool", tooled(null, rod), "divining_rod"),
                distinct("the_choice_of_a_function", "tool", choices),
                // Only the request tells what kind it is.
                sent("a_choice_of_another_kind", "tool|choice|request", tooled(pendulum, LOOK_UP), "pendulum"));
    }

    private static Tool function(@Nullable String schema, @Nullable Boolean strict) {
        return new Tool.Function("look_up", null, schema, strict, Extras.NONE);
    }

    private LlmCall tooled(@Nullable ToolChoice choice, Tool... tools) {
        return call(new Conversation(List.of(Message.user("Look")), List.of(tools), choice));
    }

    private Stream<DynamicTest> ofCalls() {
        var inUlm = new ToolCall("call-77", "look_up", "{\"city\":\"Ulm\"}");
        var inBonn = new ToolCall("call-78", "look_down", "{\"city\":\"Bonn\"}");
        var broken = new ToolCall(UP.id(), UP.name(), "drizzle");
        var empty = new ToolCall(UP.id(), UP.name(), "");
        var rod = new ToolCall(UP.id(), "", "", Extras.of("type", "\"divining_rod\""));
        var text = List.<Part>of(new Part.Text("words-beside-the-call"));
        var both = new Message(Role.ASSISTANT, text, List.of(UP), null, Extras.NONE);
        var failed =
                new Message(Role.TOOL, List.of(new Part.Text("no")), List.of(), "call-77", true, null, Extras.NONE);
        List<Part> texts = List.of(new Part.Text("snow in Ulm"), new Part.Text("rain in Ulm"));
        var results = new Message(Role.TOOL, texts, List.of(), UP.id(), Extras.NONE);
        Message calls = calling(UP, DOWN);
        Message snow = result(UP, "snow");
        Message rain = result(DOWN, "rain");
        List<Part> said = List.of(new Part.Text("Stay in."));
        var thought = new Message.Reasoning("It snows.", null);
        var thinking = new Message(Role.ASSISTANT, said, List.of(), null, false, thought, Extras.NONE);
        List<Part> loud = List.of(new Part.Text(thought.text()), said.getFirst());
        var saying = new Message(Role.ASSISTANT, loud, List.of(), null, Extras.NONE);
        return Stream.of(
                distinct("reasoning_distinct_from_text", "request", after(thinking), after(saying)),
                sent(
                        "the_arguments_of_a_call",
                        "tool",
                        after(calling(inUlm, inBonn), snow, rain),
                        "look_up",
                        "Ulm",
                        "look_down",
                        "Bonn"),
                // Every model can write such a call, so a protocol with calls can express it.
                sent("a_call_without_arguments", "tool", after(calling(empty), snow), "look_up"),
                // Only the request tells that the model wrote no JSON.
                sent("arguments_that_are_not_json", "tool|request", after(calling(broken), snow), "drizzle"),
                // The tools of the request may lack its tool.
                sent("a_call_of_another_kind", "tool", after(calling(rod), snow), "divining_rod"),
                sent("the_text_beside_a_call", "tool", after(both, snow), "words-beside-the-call"),
                sent(
                        "the_result_of_a_function",
                        "tool",
                        after(calling(UP), result(UP, "snow in Ulm")),
                        "look_up",
                        "snow in Ulm"),
                sent("each_text_of_a_tool_result", "tool", after(calling(UP), results), "snow in Ulm", "rain in Ulm"),
                // Either the call's id or the function's name links a result to its call. Results of two calls must
                // not be swapped.
                distinct(
                        "the_call_of_a_tool_result",
                        "tool",
                        after(calls, snow, rain),
                        after(calls, result(DOWN, "snow"), result(UP, "rain"))),
                distinct(
                        "the_id_of_a_call",
                        "tool",
                        after(calls, snow, rain),
                        after(
                                calling(
                                        new ToolCall(DOWN.id(), UP.name(), "{}"),
                                        new ToolCall(UP.id(), DOWN.name(), "{}")),
                                snow,
                                rain)),
                distinct(
                        "the_failure_of_a_call",
                        "tool",
                        after(calling(UP), failed),
                        after(calling(UP), result(UP, "no"))));
    }

    private LlmCall after(Message calls, Message... results) {
        return call(Stream.concat(Stream.of(Message.user("Look"), calls), Stream.of(results))
                .toArray(Message[]::new));
    }

    static Message calling(ToolCall... calls) {
        return new Message(Role.ASSISTANT, List.of(), List.of(calls), null, Extras.NONE);
    }

    static Message result(ToolCall of, String text) {
        return new Message(Role.TOOL, List.of(new Part.Text(text)), List.of(), of.id(), Extras.NONE);
    }

    private DynamicTest feature(String feature, ThrowingConsumer<Form> check) {
        return dynamicTest("carries_" + feature + "_or_refuses_it", () -> inEachForm(check));
    }

    /// The request contains these texts in this order, or the refusal names the feature.
    ///
    /// @param named an expression for the name, in the message or the parameter of the refusal
    private DynamicTest sent(String feature, String named, LlmCall call, String... texts) {
        return feature(feature, form -> {
            try (var adapter = answering(form)) {
                LlmReply reply = adapter.ask(form, call);
                if (adapter.server.exchanges().isEmpty()) {
                    assertRefused(named, reply);
                } else {
                    // The message explains refusals, because an adapter's author may not know them.
                    adapter.assertSent(
                            "; a wire that has no words for " + named + " refuses it as Unsupported and sends nothing:"
                                    + " with the SDK, Format.capabilities() leaves it out",
                            texts);
                }
            }
        });
    }

    /// Requests that differ in this feature alone have different bodies, or the refusal names the feature.
    private DynamicTest distinct(String feature, String named, LlmCall... calls) {
        return feature(feature, form -> {
            try (var adapter = answering(form)) {
                List<LlmReply> refused = Stream.of(calls)
                        .map(call -> adapter.ask(form, call))
                        .filter(LlmReply.Failed.class::isInstance)
                        .toList();
                refused.forEach(reply -> assertRefused(named, reply));
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
        var name = Pattern.compile("\\b(?:" + named + ")(?:s|_\\w+)?\\b");
        assertTrue(name.matcher(error.message() + " " + error.param()).find(), error::toString);
    }
}
