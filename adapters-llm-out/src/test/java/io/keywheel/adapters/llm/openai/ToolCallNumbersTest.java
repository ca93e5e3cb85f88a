package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Chunk.ToolCallPart;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolCallNumbersTest {

    /// Fragments as `index id name`: `-` is a missing value, `~` an empty one. `made1` is the first generated id.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # Without an index, another id or a name without an id begins a call.
                    - a f; - ~ ~; - - -; - b f; - c g; - - h          | 0 a f; 0 - -; 0 - -; 1 b f; 2 c g; 3 made1 h
                    - a f; - a -; - - -; - a f; - b f                 | 0 a f; 0 - -; 0 - -; 0 - -; 1 b f
                    # Another id begins a call, even with the same index.
                    0 a f; 0 b f; 0 - -; 1 c f                        | 0 a f; 1 b f; 1 - -; 2 c f
                    3 a f; - - -                                      | 0 a f; 0 - -
                    # A call without an id gets one, which a later id does not replace, unless it comes with a name.
                    - - f; - ~ f; - - -                               | 0 made1 f; 1 made2 f; 1 - -
                    0 - f; 0 a g                                      | 0 made1 f; 0 a g
                    0 - f; 0 a -                                      | 0 made1 f; 0 - -
                    # A repeated id or name is left out.
                    0 a f; 0 a f; 0 ~ f; 0 a -                        | 0 a f; 0 - -; 0 - -; 0 - -
                    0 - f; 0 - f; 0 a f                               | 0 made1 f; 0 - -; 0 - -
                    0 a -; 0 a f                                      | 0 a -; 0 - f
                    # A piece of a name that equals the one before it stays; the whole name is left out.
                    0 a gh; 0 a _; 0 ~ _; 0 - x; 0 a gh__x            | 0 a gh; 0 - _; 0 - _; 0 - x; 0 - -
                    # Each fragment may have the name so far.
                    0 a g; 0 a gh; 0 a gh; 0 a ghi                    | 0 a g; 0 - h; 0 - -; 0 - i
                    """)
    void calls_are_numbered_and_their_id_and_name_come_once(String fragments, String expected) {
        List<ToolCallPart> parts = Arrays.stream(fragments.split("; "))
                .map(fragment -> fragment.split(" "))
                .map(word -> new ToolCallPart(
                        word[0].equals("-") ? ToolCallNumbers.NONE : Integer.parseInt(word[0]),
                        word(word[1]),
                        word(word[2]),
                        ""))
                .toList();

        List<ToolCallPart> numbered = new ToolCallNumbers().numbered(0, parts);

        List<String> made = numbered.stream()
                .map(ToolCallPart::id)
                .filter(id -> id != null && id.startsWith("call_"))
                .distinct()
                .toList();
        assertEquals(
                expected,
                numbered.stream()
                        .map(part -> part.index() + " " + said(part.id(), made) + " " + said(part.name(), made))
                        .collect(Collectors.joining("; ")));
    }

    private static @Nullable String word(String said) {
        return said.equals("-") ? null : said.replace("~", "");
    }

    private static String said(@Nullable String id, List<String> made) {
        return id == null ? "-" : made.contains(id) ? "made" + (made.indexOf(id) + 1) : id;
    }
}
