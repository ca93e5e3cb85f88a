package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.PART;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.TOOL_MESSAGE;
import static io.keywheel.adapters.llm.openai.WrittenRequest.extras;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageWriterTest {

    private static final Dialect STRICT = Dialect.OPENAI.withWordsJoined().without(PART, "cache_control");

    private static final Part MARKED = new Part.Text("a", extras("cache_control", "{\"ttl\":1.0}"));

    @Test
    void writes_plain_words_as_a_string() {
        for (Dialect dialect : List.of(Dialect.OPENAI, STRICT)) {
            assertEquals(
                    "{\"role\":\"user\",\"content\":\"a\"}", WrittenRequest.message(dialect, user(new Part.Text("a"))));
        }
    }

    @Test
    void words_in_parts_go_out_in_parts_but_as_one_string_where_models_take_nothing_else() {
        Message message = user(new Part.Text("a"), new Part.Text("b"));
        assertEquals(
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}",
                WrittenRequest.message(Dialect.OPENAI, message));
        assertEquals("{\"role\":\"user\",\"content\":\"a\\nb\"}", WrittenRequest.message(STRICT, message));
    }

    @Test
    void what_else_a_part_says_keeps_it_a_part_unless_the_provider_never_gets_to_see_it() {
        assertEquals(
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"ttl\":1.0}}]}",
                WrittenRequest.message(Dialect.OPENAI, user(MARKED)));
        assertEquals("{\"role\":\"user\",\"content\":\"a\"}", WrittenRequest.message(STRICT, user(MARKED)));
        assertEquals(
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"mood\":1}]}",
                WrittenRequest.message(STRICT, user(new Part.Text("a", extras("mood", "1")))));
    }

    @Test
    void writes_pictures_and_other_parts_as_they_came() {
        var picture = new Part.Image("data:image/png;base64,AA==", "low", extras("min_pixels", "1.0"));
        var sound = new Part.Other(extras("type", "\"input_audio\"", "input_audio", "{\"data\":\"AA==\"}"));
        for (Dialect dialect : List.of(Dialect.OPENAI, STRICT)) {
            assertEquals(
                    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What?\"},{\"type\":\"image_url\","
                            + "\"image_url\":{\"url\":\"data:image/png;base64,AA==\",\"detail\":\"low\"},"
                            + "\"min_pixels\":1.0},{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA==\"}}]}",
                    WrittenRequest.message(dialect, user(new Part.Text("What?"), picture, sound)));
        }
    }

    @Test
    void an_assistant_that_only_called_says_null() {
        assertEquals("null", content(Dialect.OPENAI, calling(List.of())));
        assertEquals("null", content(STRICT, calling(List.of())));
    }

    @Test
    void an_empty_word_beside_a_call_is_null_where_it_is_taken_amiss() {
        assertEquals("\"\"", content(Dialect.OPENAI, calling(List.of(new Part.Text("")))));
        assertEquals("null", content(STRICT, calling(List.of(new Part.Text("")))));
    }

    @Test
    void an_assistant_that_says_nothing_in_words_but_something_else_says_null() {
        var refusing = new Message(Role.ASSISTANT, List.of(), List.of(), null, extras("refusal", "\"No\""));
        assertEquals(
                "{\"role\":\"assistant\",\"content\":null,\"refusal\":\"No\"}",
                WrittenRequest.message(Dialect.OPENAI, refusing));
        assertEquals(
                "{\"role\":\"assistant\",\"content\":\"\"}",
                WrittenRequest.message(Dialect.OPENAI.without(ASSISTANT_MESSAGE, "refusal"), refusing));
    }

    @Test
    void writes_a_tools_result_with_the_call_it_answers() {
        var result = new Message(Role.TOOL, List.of(new Part.Text("42")), List.of(), "c1", Extras.NONE);
        assertEquals(
                "{\"role\":\"tool\",\"content\":\"42\",\"tool_call_id\":\"c1\"}",
                WrittenRequest.message(Dialect.OPENAI, result));
    }

    @Test
    void names_roles_as_the_provider_does() {
        Message message = Message.of(Role.DEVELOPER, "Be");
        assertEquals("{\"role\":\"developer\",\"content\":\"Be\"}", WrittenRequest.message(Dialect.OPENAI, message));
        assertEquals(
                "{\"role\":\"system\",\"content\":\"Be\"}",
                WrittenRequest.message(Dialect.OPENAI.roleAs(Role.DEVELOPER, "system"), message));
    }

    @Test
    void leaves_out_of_a_roles_messages_what_the_provider_never_gets_to_see() {
        Dialect dialect = Dialect.OPENAI.without(TOOL_MESSAGE, "name");
        Extras extras = extras("name", "\"Al\"", "role", "\"user\"", "content", "\"b\"", "x", "null", "y", "1.0");
        assertEquals(
                "{\"role\":\"user\",\"content\":\"a\",\"name\":\"Al\",\"y\":1.0}",
                WrittenRequest.message(dialect, saying(Role.USER, extras)));
        assertEquals(
                "{\"role\":\"tool\",\"content\":\"a\",\"y\":1.0}",
                WrittenRequest.message(dialect, saying(Role.TOOL, extras)));
    }

    private static String content(Dialect dialect, Message message) {
        return Read.tree(WrittenRequest.message(dialect, message))
                .path("content")
                .toString();
    }

    private static Message calling(List<Part> content) {
        return new Message(Role.ASSISTANT, content, List.of(new ToolCall("c1", "f", "{}")), null, Extras.NONE);
    }

    private static Message saying(Role role, Extras extras) {
        return new Message(role, List.of(new Part.Text("a")), List.of(), null, extras);
    }

    private static Message user(Part... parts) {
        return new Message(Role.USER, List.of(parts), List.of(), null, Extras.NONE);
    }
}
