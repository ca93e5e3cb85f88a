package io.keywheel.adapters.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keywheel.adapters.llm.cerebras.Cerebras;
import io.keywheel.adapters.llm.compatible.Compatible;
import io.keywheel.adapters.llm.groq.Groq;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.LlmReply;
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
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/dialects.md against the adapters, example by example.
class DialectsPageTest {

    private static final String KEY = "canary";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// Working directory of the tests is the module's.
    private static final Path PAGE = Path.of("..", "docs", "dialects.md");

    private static final Pattern MEMBER = Pattern.compile("`(\"[^`]*)`");

    /// In the order of the page's columns.
    private static final List<Provider> COLUMNS = List.of(Provider.GROQ, Provider.CEREBRAS, Provider.COMPATIBLE);

    @AutoClose
    private static final Simulator SIMULATOR =
            Simulator.start(Scenario.withSeed(7).key(Provider.GROQ, KEY, "org").key(Provider.CEREBRAS, KEY, "org"));

    private static final Map<ProviderId, LlmPort> PORTS = new HashMap<>();

    /// One example of a row.
    ///
    /// @param where what is said before the example: a role, a place, a circumstance; may be empty
    /// @param member a name and its JSON, as in an object
    /// @param becomes what each provider gets, in the order of the columns
    record Example(String where, String member, List<String> becomes) {}

    /// The examples in the table of the section with this heading.
    private static Stream<Example> table(String page, String heading) {
        String section = page.split("\n## " + heading + "\n", 2)[1].split("\n## ", 2)[0];
        return section.lines().filter(line -> line.startsWith("|")).skip(2).flatMap(DialectsPageTest::row);
    }

    private static Stream<Example> row(String line) {
        List<String> cells =
                Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList();
        String said = cells.getFirst();
        List<String> members =
                MEMBER.matcher(said).results().map(MatchResult::group).toList();
        if (cells.size() != 4 || members.isEmpty()) {
            throw new AssertionError("not a row of examples: " + line);
        }
        String where = said.substring(0, said.indexOf(members.getFirst()))
                .replaceAll("[`:]", "")
                .strip();
        return members.stream()
                .map(member -> new Example(where, member.replace("`", ""), cells.subList(1, cells.size())));
    }

    static Stream<Arguments> examples() throws IOException {
        String page = Files.readString(PAGE);
        return Stream.of("Fields of a request", "Fields of messages and tools")
                .flatMap(heading -> table(page, heading))
                .flatMap(example -> COLUMNS.stream().map(provider -> Arguments.of(provider, example)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void field_is_sent_as_documented_in_dialects_md(Provider provider, Example example) throws JsonProcessingException {
        String becomes = example.becomes().get(COLUMNS.indexOf(provider));
        var said = MAPPER.readTree("{" + example.member() + "}")
                .properties()
                .iterator()
                .next();
        var asked = Asked.at(example.where(), said.getKey(), said.getValue());

        LlmReply reply = ask(provider, asked, example.where().equals("on a stream"));

        JsonNode got = SIMULATOR.requests().getLast().body().at(asked.pointer());
        switch (becomes) {
            case "as it came", "refused" -> assertEquals(said.getValue(), got.path(said.getKey()));
            case "left out" -> assertTrue(got.path(said.getKey()).isMissingNode(), got.toString());
            default -> {
                assertTrue(becomes.matches("as `\\w+`"), becomes);
                assertEquals(said.getValue(), got.path(becomes.substring(4, becomes.length() - 1)));
                assertTrue(got.path(said.getKey()).isMissingNode(), got.toString());
            }
        }
        if (becomes.equals("refused")) {
            var failed = assertInstanceOf(LlmReply.Failed.class, reply);
            assertInstanceOf(Failure.Unsupported.class, failed.failure());
        } else {
            assertInstanceOf(LlmReply.Answered.class, reply);
        }
    }

    @Test
    void dialects_md_has_over_150_examples() throws IOException {
        assertTrue(examples().count() > 150);
    }

    /// The dialect code contains the names of fields and roles as string literals.
    @ParameterizedTest
    @CsvSource({"openai/Dialect.java, STRICT, 20", "groq/Groq.java, DIALECT, 4", "cerebras/Cerebras.java, DIALECT, 5"})
    void dialects_md_names_every_field_of_the_dialect_code(String source, String constant, int least)
            throws IOException {
        String code = Files.readString(Path.of("src/main/java/io/keywheel/adapters/llm", source));
        String table = code.split(constant + " = ", 2)[1].split(";\n", 2)[0].replaceAll("//.*", "");
        List<String> names = Pattern.compile("[(,] ?\"(\\w+)\"")
                .matcher(table)
                .results()
                .map(match -> match.group(1))
                .filter(name -> !name.matches("\\d+|true|false"))
                .toList();
        String page = Files.readString(PAGE);
        assertTrue(names.size() >= least, names.toString());
        assertEquals(
                List.of(),
                names.stream()
                        .filter(name -> !page.contains("`\"" + name + "\": ") && !page.contains("`" + name + "`"))
                        .toList());
    }

    private LlmReply ask(Provider provider, Asked asked, boolean stream) {
        LlmProvider adapter = adapter(provider);
        var model = Objects.requireNonNullElse(adapter.defaults().defaultModel(), new ModelId("some-model"));
        var target = Calls.target(adapter.id(), 1, model, true);
        var call = new LlmCall(target, asked.conversation(), asked.sampling(), asked.extras(), Calls.LONG, 0);
        LlmPort port = PORTS.computeIfAbsent(
                adapter.id(),
                id -> adapter.open(
                        Calls.settings(id, SIMULATOR.baseUrl(provider).toString(), KEY)));
        return stream ? port.stream(call, chunk -> {}) : port.complete(call);
    }

    @AfterAll
    static void closePorts() {
        PORTS.values().forEach(LlmPort::close);
    }

    private static LlmProvider adapter(Provider provider) {
        return switch (provider) {
            case GROQ -> new Groq();
            case CEREBRAS -> new Cerebras();
            case COMPATIBLE -> new Compatible();
        };
    }

    /// A request with one field under test.
    ///
    /// @param pointer the JSON pointer to the object with that field
    private record Asked(Conversation conversation, Sampling sampling, Extras extras, String pointer) {

        private static final Message HELLO = Message.user("Hello");
        private static final Tool TOOL = new Tool.Function("f", null, "{\"type\":\"object\"}");

        static Asked at(String where, String name, JsonNode value) {
            Extras said = Extras.of(name, value.toString());
            return switch (where) {
                case "", "without tools", "on a stream" -> request(List.of(), name, value);
                case "beside tools" -> request(List.of(TOOL), name, value);
                case "user" -> of("/messages/0", message(Role.USER, said));
                case "assistant" -> of("/messages/1", HELLO, message(Role.ASSISTANT, said), HELLO);
                case "tool" -> of("/messages/2", HELLO, calling(Extras.NONE), answering(said));
                case "tool_calls[]" -> of("/messages/1/tool_calls/0", HELLO, calling(said), answering(Extras.NONE));
                case "content[]" ->
                    of(
                            "/messages/0/content/0",
                            new Message(
                                    Role.USER, List.of(new Part.Text("Hello", said)), List.of(), null, Extras.NONE));
                case "tools[]" -> {
                    var tool = new Tool.Function("f", null, null, null, said);
                    var conversation = new Conversation(List.of(HELLO), List.of(tool), null);
                    yield new Asked(conversation, Sampling.DEFAULT, Extras.NONE, "/tools/0");
                }
                default -> throw new AssertionError("where is '" + where + "'?");
            };
        }

        private static Asked request(List<Tool> tools, String name, JsonNode value) {
            var conversation = new Conversation(List.of(HELLO), tools, name.equals("tool_choice") ? mode(value) : null);
            Extras extras = switch (name) {
                case "temperature", "top_p", "stop", "seed", "n", "tool_choice" -> Extras.NONE;
                default -> Extras.of(name, value.toString());
            };
            return new Asked(conversation, sampling(name, value), extras, "");
        }

        private static Sampling sampling(String name, JsonNode value) {
            boolean limit = name.equals("max_tokens") || name.equals("max_completion_tokens");
            return new Sampling(
                    name.equals("temperature") ? decimal(value) : null,
                    limit ? Long.valueOf(value.longValue()) : null,
                    name.equals("top_p") ? decimal(value) : null,
                    name.equals("stop") ? List.of(value.path(0).textValue()) : List.of(),
                    name.equals("seed") ? Long.valueOf(value.longValue()) : null,
                    name.equals("n") ? Integer.valueOf(value.intValue()) : null);
        }

        private static Decimal decimal(JsonNode value) {
            return new Decimal(value.toString());
        }

        private static @Nullable ToolChoice mode(JsonNode value) {
            return ToolChoice.Mode.valueOf(value.textValue().toUpperCase(Locale.ROOT));
        }

        private static Asked of(String pointer, Message... messages) {
            return new Asked(Conversation.of(messages), Sampling.DEFAULT, Extras.NONE, pointer);
        }

        private static Message message(Role role, Extras said) {
            return new Message(role, List.of(new Part.Text("Hello")), List.of(), null, said);
        }

        private static Message calling(Extras said) {
            return new Message(
                    Role.ASSISTANT, List.of(), List.of(new ToolCall("c1", "f", "{}", said)), null, Extras.NONE);
        }

        private static Message answering(Extras said) {
            return new Message(Role.TOOL, List.of(new Part.Text("42")), List.of(), "c1", said);
        }
    }
}
