package io.keywheel.adapters.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.compatible.Compatible;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.contract.Calls;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The first table of docs/presets.md against what each preset sends, row by row.
class PresetsPageTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> LIMITS = List.of("max_tokens", "max_completion_tokens");

    @AutoClose
    private final Simulator simulator = Simulator.start(Scenario.withSeed(7));

    record Row(String name, String url, String limit, String seed, String developer, String usage, String reasoning) {}

    static List<Row> rows() throws IOException {
        String table = Files.readString(Path.of("..", "docs", "presets.md"))
                .split("\n## What each receives\n", 2)[1]
                .split("\n## ", 2)[0];
        return table.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1).replace("`", "").split("\\|"))
                        .map(String::strip)
                        .toList())
                .map(cell -> new Row(
                        cell.get(0), cell.get(1), cell.get(2), cell.get(3), cell.get(4), cell.get(5), cell.get(6)))
                .toList();
    }

    @Test
    void presets_md_has_a_row_for_exactly_the_presets() throws IOException {
        var presets = new Compatible().presets().keySet().stream().map(ProviderId::value);

        assertEquals(
                new TreeSet<>(presets.toList()),
                new TreeSet<>(rows().stream().map(Row::name).toList()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void preset_sends_fields_as_documented(Row row) {
        for (String limit : LIMITS) {
            try (LlmPort port = opened(row)) {
                var whole = assertInstanceOf(LlmReply.Answered.class, port.complete(call(row, limit)));
                var streamed = new StringBuilder();
                assertInstanceOf(
                        LlmReply.Answered.class, port.stream(call(row, limit), chunk -> streamed.append(chunk.text())));
                assertEquals(whole.completion().text(), streamed.toString());
            }
            JsonNode sent = simulator.requests().getLast().body();
            assertEquals(100, sent.path(row.limit()).asInt(), sent.toString());
            assertEquals(
                    1,
                    LIMITS.stream()
                            .filter(name -> sent.path(name).asInt() == 100)
                            .count(),
                    sent.toString());
            assertEquals(7, sent.path(row.seed()).asInt(), sent.toString());
            assertEquals(row.seed().equals("seed"), sent.has("seed"));
            assertEquals(row.developer(), sent.at("/messages/0/role").asText());
            assertEquals(
                    row.usage().equals("yes"),
                    sent.at("/stream_options/include_usage").asBoolean());
            assertEquals(
                    row.reasoning().startsWith("as it came"),
                    sent.at("/messages/1").has("reasoning_content"));
            assertEquals(
                    row.reasoning().endsWith("from every API"),
                    sent.at("/messages/2").has("reasoning_content"));
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void preset_has_the_documented_url_and_lists_models(Row row) {
        ProviderDefaults defaults =
                Objects.requireNonNull(new Compatible().presets().get(new ProviderId(row.name())));

        assertEquals(row.url(), defaults.baseUrl());
        assertEquals(row.name().equals("ollama"), defaults.keyless());
        try (LlmPort port = opened(row)) {
            assertInstanceOf(ModelsReply.Listed.class, port.models(new KeySlot(new ProviderId(row.name()), 1), SOON));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mistral  | e2c1ce991 | assistant |
                    deepseek | call_1    | user      | ' '
                    openai   | call_1    | user      |
                    """)
    void preset_sends_calls_of_tools_in_the_form_that_it_accepts(
            String name, String callId, String roleBehindTheResult, @Nullable String reasoning) {
        var calls = List.of(new ToolCall("call_1", "f", "{}"));
        var history = Conversation.of(
                new Message(Role.ASSISTANT, List.of(), calls, null, Extras.of("reasoning_content", "\"\"")),
                new Message(Role.TOOL, List.of(new Part.Text("1")), List.of(), "call_1", Extras.NONE),
                Message.user("And?"));

        try (LlmPort port = opened(name)) {
            port.complete(Calls.call(new ProviderId(name), history, Sampling.DEFAULT, Extras.NONE));
        }

        JsonNode sent = simulator.requests().getLast().body().path("messages");
        assertEquals(callId, sent.at("/0/tool_calls/0/id").asText());
        assertEquals(callId, sent.at("/1/tool_call_id").asText());
        assertEquals(roleBehindTheResult, sent.at("/2/role").asText());
        if (reasoning != null) {
            assertEquals(reasoning, sent.at("/0/reasoning_content").asText());
        }
    }

    @Test
    void mistral_receives_all_but_the_copied_fields_of_the_history() {
        var texts = List.<Part>of(new Part.Text("Hello"), new Part.Text("there"));
        var question = new Message(Role.USER, texts, List.of(), null, Extras.NONE);
        var copied = Extras.of("annotations", "[]");
        var dropped = new Extras(new TreeMap<>(Map.of("channel", "\"analysis\"", "name", "\"model\"")));
        var answer = new Message(Role.ASSISTANT, List.of(new Part.Text("Hi", copied)), List.of(), null, dropped);
        var named =
                new Message(Role.ASSISTANT, List.of(new Part.Text("Hi")), List.of(), null, Extras.of("name", "\"Al\""));

        try (LlmPort port = opened("mistral")) {
            port.complete(Calls.call(
                    new ProviderId("mistral"),
                    Conversation.of(question, answer, named),
                    Sampling.DEFAULT,
                    Extras.NONE));
        }

        assertEquals(
                "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"},"
                        + "{\"type\":\"text\",\"text\":\"there\"}]},{\"role\":\"assistant\",\"content\":\"Hi\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Hi\",\"name\":\"Al\"}]",
                simulator.requests().getLast().body().path("messages").toString());
    }

    private LlmPort opened(Row row) {
        return opened(row.name());
    }

    private LlmPort opened(String name) {
        return new Compatible()
                .open(Calls.settings(
                        new ProviderId(name),
                        simulator.baseUrl(Provider.COMPATIBLE).toString(),
                        "k"));
    }

    private static LlmCall call(Row row, String limit) {
        var messages = Stream.of(
                Message.of(Role.DEVELOPER, "Be brief"),
                new Message(
                        Role.ASSISTANT,
                        List.of(new Part.Text("Hi")),
                        List.of(),
                        null,
                        Extras.of("reasoning_content", "\"Hm\"")),
                new Message(
                        Role.ASSISTANT,
                        List.of(new Part.Text("Hi")),
                        List.of(),
                        null,
                        false,
                        new Message.Reasoning("Hm", null),
                        Extras.NONE),
                Message.user("Hello"));
        return Calls.call(
                new ProviderId(row.name()),
                Conversation.of(messages.toArray(Message[]::new)),
                new Sampling(null, 100L, null, List.of(), 7L, null),
                Extras.of(limit, "100"));
    }
}
