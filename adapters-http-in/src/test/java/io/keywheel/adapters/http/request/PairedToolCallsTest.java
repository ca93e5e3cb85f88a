package io.keywheel.adapters.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Message.Reasoning;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Histories in short: `u:text` of a user, `s:text` of the system, `a:text` of an assistant, `c:id+id` with calls, and
/// `r:id=text` a result, where `<text>` is a picture.
class PairedToolCallsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # Valid histories stay unchanged.
                    u:x a:t u:y c:a+b r:a=1 r:b=2 a:t a:v | user: x / assistant: t / user: y / assistant:  [a f {}] [b f {}] / tool a: 1 / tool b: 2 / assistant: t / assistant: v
                    c:a r:a=1 c:b r:b=2 | assistant:  [a f {}] / tool a: 1 / assistant:  [b f {}] / tool b: 2
                    # Consecutive assistant turns are merged.
                    c:a c:b r:a=1 r:b=2 | assistant:  [a f {}] [b f {}] / tool a: 1 / tool b: 2
                    a:t a:v c:a r:a=1 | assistant: t+v [a f {}] / tool a: 1
                    c:a a:t r:a=1 | assistant: t [a f {}] / tool a: 1
                    # Other messages between call and result move behind the results.
                    c:a s:t r:a=1 | assistant:  [a f {}] / tool a: 1 / system: t
                    c:a+b r:a=1 u:x r:b=2 | assistant:  [a f {}] [b f {}] / tool a: 1 / tool b: 2 / user: x
                    c:a+b r:a=1 a:t r:b=2 | assistant:  [a f {}] [b f {}] / tool a: 1 / tool b: 2 / assistant: t
                    c:a+b r:b=2 r:a=1 | assistant:  [a f {}] [b f {}] / tool a: 1 / tool b: 2
                    # Images in results move to a user message.
                    c:a+b r:a=<p> r:b=<q> u:x | assistant:  [a f {}] [b f {}] / tool a: [image in the next message] / tool b: [image in the next message] / user: <p>+<q> / user: x
                    # Calls without a result, and results without a preceding call.
                    c:a u:x | assistant:  [a f {}] / tool a: [no result] / user: x
                    u:x r:z=1 u:y | user: x / user: [result of an earlier tool call]+1 / user: y
                    u:x r:z=<p> | user: x / user: [result of an earlier tool call]+<p>
                    u:x r:z= u:y | user: x / user: y
                    r:a=1 c:a u:x | assistant:  [a f {}] / tool a: 1 / user: x
                    c:a r:a=1 r:a=2 | assistant:  [a f {}] / tool a: 1 / user: [result of an earlier tool call]+2
                    # Repeated call ids.
                    c:a+a r:a=1 r:a=2 | assistant:  [a f {}] [a_2 f {}] / tool a: 1 / tool a_2: 2
                    c:a r:a=1 c:a r:a=2 | assistant:  [a f {}] / tool a: 1 / assistant:  [a_2 f {}] / tool a_2: 2
                    c:a u:x c:a r:a=2 | assistant:  [a f {}] / tool a: [no result] / user: x / assistant:  [a_2 f {}] / tool a_2: 2
                    c:a_2+a+a r:a=1 r:a=2 r:a_2=3 | assistant:  [a_2 f {}] [a f {}] [a_3 f {}] / tool a_2: 3 / tool a: 1 / tool a_3: 2
                    """)
    void tool_results_directly_follow_their_calls(String history, String paired) {
        assertEquals(paired, Transcript.of(PairedToolCalls.of(read(history))));
    }

    @Test
    void merged_turns_keep_all_reasoning_and_failed_results_are_marked() {
        var first = assistant("", List.of(call("a")), new Reasoning("one", "s1"));
        var second = assistant("t", List.of(), new Reasoning("two", "s2"));
        var failed = new Message(Role.TOOL, List.of(new Part.Text("no")), List.of(), "a", true, null, Extras.NONE);
        var orphan = new Message(Role.TOOL, List.of(new Part.Text("no")), List.of(), "z", true, null, Extras.NONE);

        assertEquals(
                "assistant (one~two, s2): t [a f {}] / tool a failed: no"
                        + " / user: [result of an earlier tool call]+Error: no",
                Transcript.of(PairedToolCalls.of(List.of(first, second, failed, orphan))));
        assertEquals(
                "assistant (one, s1): t [a f {}] / tool a: [no result]",
                Transcript.of(PairedToolCalls.of(List.of(first, assistant("t", List.of(), null)))));
    }

    @Test
    void random_history_becomes_valid_and_keeps_all_content() {
        for (int seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var history = new ArrayList<String>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                String id = String.valueOf((char) ('a' + random.nextInt(4)));
                history.add(
                        switch (random.nextInt(6)) {
                            case 0 -> "u:u" + i;
                            case 1 -> "s:s" + i;
                            case 2 -> "a:a" + i;
                            case 3 -> "c:" + id + (random.nextBoolean() ? "+b" : "");
                            case 4 -> "r:" + id + "=<r" + i + ">";
                            default -> "r:" + id + "=r" + i;
                        });
            }
            String written = String.join(" ", history);
            List<Message> paired = PairedToolCalls.of(read(written));

            assertAccepted(paired, seed + ": " + written + " -> " + Transcript.of(paired));
            assertEquals(texts(read(written), false), texts(paired, false), "everything else keeps its order");
            assertEquals(texts(read(written), true), texts(paired, true), "nothing is lost");
        }
    }

    private static void assertAccepted(List<Message> messages, String shown) {
        var ids = new HashSet<String>();
        var due = new ArrayList<String>();
        for (Message message : messages) {
            if (message.role() == Role.TOOL) {
                assertEquals(due.removeFirst(), message.toolCallId(), shown);
                continue;
            }
            assertEquals(List.of(), due, shown);
            for (ToolCall call : message.toolCalls()) {
                assertTrue(ids.add(call.id()), shown);
                due.add(call.id());
            }
        }
        assertEquals(List.of(), due, shown);
    }

    /// The texts and images of the history, either of results or of all other messages.
    private static List<String> texts(List<Message> messages, boolean results) {
        Stream<String> texts = Pattern.compile(results ? "<?r\\d+>?" : "\\b[usa]\\d+")
                .matcher(Transcript.of(messages))
                .results()
                .map(MatchResult::group);
        return results ? texts.sorted().toList() : texts.toList();
    }

    private static List<Message> read(String history) {
        return Stream.of(history.split(" ")).map(PairedToolCallsTest::message).toList();
    }

    private static Message message(String written) {
        String said = written.substring(2);
        return switch (written.charAt(0)) {
            case 'u' -> Message.user(said);
            case 's' -> Message.system(said);
            case 'a' -> Message.assistant(said);
            case 'c' ->
                assistant(
                        "",
                        Stream.of(said.split("\\+"))
                                .map(PairedToolCallsTest::call)
                                .toList(),
                        null);
            default -> {
                String text = said.substring(said.indexOf('=') + 1);
                List<Part> content = text.isEmpty()
                        ? List.of()
                        : List.of(
                                text.startsWith("<")
                                        ? new Part.Image(text.substring(1, text.length() - 1), null)
                                        : new Part.Text(text));
                yield new Message(Role.TOOL, content, List.of(), said.substring(0, said.indexOf('=')), Extras.NONE);
            }
        };
    }

    private static Message assistant(String text, List<ToolCall> calls, @Nullable Reasoning reasoning) {
        List<Part> content = text.isEmpty() ? List.of() : List.of(new Part.Text(text));
        return new Message(Role.ASSISTANT, content, calls, null, false, reasoning, Extras.NONE);
    }

    private static ToolCall call(String id) {
        return new ToolCall(id, "f", "{}");
    }
}
