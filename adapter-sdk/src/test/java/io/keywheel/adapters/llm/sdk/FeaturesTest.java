package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.contract.Calls;
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
import io.keywheel.domain.routing.ProviderId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesTest {

    private static final ProviderId PLAIN = new ProviderId("plain");
    private static final Sampling ALL =
            new Sampling(new Decimal("0.5"), 7L, new Decimal("0.5"), List.of("stop"), 7L, 2);
    private static final Conversation HELLO = Conversation.of(Message.user("Hello"));

    private final PlainFormat format = new PlainFormat();

    @ParameterizedTest
    @EnumSource
    void unsupported_feature_is_named(Capability missing) {
        Set<Capability> others = EnumSet.complementOf(EnumSet.of(missing));
        var function = new Tool.Function("f", null, null, true, Extras.NONE);
        var image = new Message(Role.USER, List.of(new Part.Image("data:,x", "low")), List.of(), null, Extras.NONE);
        var conversation = new Conversation(List.of(image), List.of(function), ToolChoice.Mode.REQUIRED);
        String name = switch (missing) {
            case TEMPERATURE -> "temperature";
            case TOP_P -> "top_p";
            case MAX_TOKENS -> "max_tokens";
            case STOP -> "stop";
            case SEED -> "seed";
            case CHOICES -> "n";
            case IMAGES -> "image_url";
            case IMAGE_DETAIL -> "detail";
            case TOOLS -> "tools";
            case TOOL_CHOICE -> "tool_choice";
            case STRICT_TOOLS -> "strict";
            case EXTRAS -> "crystal_ball";
        };

        assertEquals(Optional.of(name), firstUnsupported(others, conversation, ALL, Extras.of("crystal_ball", "1")));
    }

    @Test
    void plain_text_needs_no_capability() {
        var one = new Sampling(null, null, null, List.of(), null, 1);
        assertEquals(Optional.empty(), firstUnsupported(Set.of(), HELLO, one, Extras.NONE));
        for (String name : List.of("user", "safety_identifier", "prompt_cache_retention", "prompt_cache_options")) {
            assertEquals(Optional.empty(), unsupportedField(name, "\"x\""));
        }
        assertEquals(Optional.empty(), unsupportedField("seed_of", "null"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    frequency_penalty | 0
                    presence_penalty  | 0.0
                    logprobs          | false
                    top_logprobs      | 0
                    logit_bias        | {}
                    response_format   | {"type":"text"}
                    modalities        | ["text"]
                    """)
    void default_values_of_fields_need_no_capability(String name, String json) {
        assertEquals(Optional.empty(), unsupportedField(name, json));
        assertEquals(Optional.of(name), unsupportedField(name, "1"));
    }

    @Test
    void automatic_detail_of_an_image_needs_no_capability() {
        var image = new Message(Role.USER, List.of(new Part.Image("data:,x", "auto")), List.of(), null, Extras.NONE);

        assertEquals(
                Optional.empty(),
                firstUnsupported(Set.of(Capability.IMAGES), Conversation.of(image), Sampling.DEFAULT, Extras.NONE));
    }

    @Test
    void field_of_the_format_needs_no_capability() {
        format.fields = Set.of("crystal_ball");

        assertEquals(Optional.empty(), unsupportedField("crystal_ball", "1"));
        assertEquals(Optional.of("divining_rod"), unsupportedField("divining_rod", "1"));
    }

    /// The OpenAI API passes the limit on as a field, too.
    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "max_completion_tokens"})
    void limit_of_the_answer_needs_only_its_own_capability(String field) {
        var limited = new Sampling(null, 7L, null, List.of(), null, null);

        assertEquals(
                Optional.empty(),
                firstUnsupported(Set.of(Capability.MAX_TOKENS), HELLO, limited, Extras.of(field, "7")));
    }

    @Test
    void part_of_another_kind_is_named_by_its_type() {
        var audio = new Part.Other(Extras.of("type", "\"input_audio\""));

        assertEquals(Optional.of("input_audio"), unsupportedIn(Role.USER, Extras.NONE, audio));
        assertEquals(
                Optional.of("a part without a type"),
                unsupportedIn(Role.USER, Extras.NONE, new Part.Other(Extras.NONE)));
    }

    @Test
    void tool_of_another_kind_is_named_by_its_type() {
        var tools = List.<Tool>of(new Tool.Other(Extras.of("type", "\"divining_rod\"")));
        var conversation = new Conversation(List.of(Message.user("Hello")), tools, null);

        assertEquals(
                Optional.of("tools divining_rod"),
                firstUnsupported(Set.of(Capability.TOOLS), conversation, Sampling.DEFAULT, Extras.NONE));
    }

    @ParameterizedTest
    @CsvSource({"f, TEMPERATURE, tools", "'', TOOLS, tool_calls", "f, TOOLS,"})
    void calls_in_the_history_need_capabilities(String name, Capability capability, @Nullable String missing) {
        var calls = List.of(new ToolCall("c", name, "{}", Extras.NONE));
        var history = Conversation.of(new Message(Role.ASSISTANT, List.of(), calls, null, Extras.NONE));

        assertEquals(
                Optional.ofNullable(missing),
                firstUnsupported(Set.of(capability), history, Sampling.DEFAULT, Extras.NONE));
    }

    /// It tells the speakers of a conversation apart. That of a tool's message only repeats the call's.
    @ParameterizedTest
    @CsvSource({"USER, name", "ASSISTANT, name", "SYSTEM, name", "TOOL,"})
    void name_of_a_message_needs_a_capability(Role role, @Nullable String missing) {
        var named = Extras.of("name", "\"Al\"");

        assertEquals(Optional.ofNullable(missing), unsupportedIn(role, named, new Part.Text("Hello")));
        format.fields = Set.of("name");
        assertEquals(Optional.empty(), unsupportedIn(role, named, new Part.Text("Hello")));
    }

    private Optional<String> unsupportedIn(Role role, Extras extras, Part part) {
        var conversation = Conversation.of(new Message(role, List.of(part), List.of(), null, extras));
        return firstUnsupported(Set.of(), conversation, Sampling.DEFAULT, Extras.NONE);
    }

    @Test
    void sampling_and_functions_use_the_protocols_field_names() {
        assertEquals("{}", sampling(call(HELLO, Sampling.DEFAULT, Extras.NONE)));
        List<Tool> functions = List.of(
                new Tool.Function("f", "Does it", "{\"type\":\"object\"}"),
                new Tool.Function("g", null, null),
                new Tool.Other(Extras.of("type", "\"divining_rod\"")));
        var call = call(new Conversation(List.of(Message.user("Hello")), functions, null), ALL, Extras.NONE);

        assertEquals("{\"heat\":0.5,\"nucleus\":0.5,\"most\":7,\"until\":[\"stop\"],\"dice\":7}", sampling(call));
        assertEquals(
                "[{\"name\":\"f\",\"description\":\"Does it\",\"takes\":{\"type\":\"object\"}}, {\"name\":\"g\"}]",
                Format.functions(call, "takes").toString());
    }

    private static String sampling(LlmCall call) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Format.sampling(json, call, "heat", "nucleus", "most", "until", "dice");
        return json.toString();
    }

    @Test
    void each_text_of_a_message_is_a_line() {
        List<Part> parts = List.of(new Part.Text("Good"), new Part.Image("data:,x", null), new Part.Text("morning"));

        assertEquals("Good\nmorning", Format.text(new Message(Role.USER, parts, List.of(), null, Extras.NONE)));
    }

    /// Whether a format without capabilities lacks this field of a request.
    private Optional<String> unsupportedField(String name, String json) {
        return firstUnsupported(Set.of(), HELLO, Sampling.DEFAULT, Extras.of(name, json));
    }

    private Optional<String> firstUnsupported(
            Set<Capability> capabilities, Conversation conversation, Sampling sampling, Extras extras) {
        format.capabilities = capabilities;
        return Features.firstUnsupported(format, call(conversation, sampling, extras));
    }

    private static LlmCall call(Conversation conversation, Sampling sampling, Extras extras) {
        return Calls.call(PLAIN, conversation, sampling, extras);
    }
}
