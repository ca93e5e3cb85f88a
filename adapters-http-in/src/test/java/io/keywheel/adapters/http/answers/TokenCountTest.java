package io.keywheel.adapters.http.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The estimate, held against the tokenizer on which the vocabulary of gpt-oss is built.
class TokenCountTest {

    private static final Encoding TOKENIZER =
            Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    private static final int LONG = 1500;

    private static double ratio(String text) {
        return TokenCount.of(text) / (double) TOKENIZER.countTokensOrdinary(text);
    }

    /// Code and prose, piece by piece.
    static Stream<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            String all = files.filter(file -> file.toString().matches(".*\\.(java|yaml|js|css|html)"))
                    .sorted()
                    .map(TokenCountTest::read)
                    .collect(Collectors.joining("\n"));
            return IntStream.range(0, Math.min(200, all.length() / LONG))
                    .mapToObj(i -> all.substring(i * LONG, (i + 1) * LONG))
                    .toList()
                    .stream();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void code_is_never_a_tenth_too_low_and_less_than_double(String text) {
        assertTrue(ratio(text) >= 0.9 && ratio(text) < 2, () -> ratio(text) + " of " + text);
    }

    /// From one code point to another, or the characters themselves.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "61-7a",
                "41-5a",
                "30-39",
                "20-7e",
                "21-2f",
                "0-1f",
                "a1-ff",
                "100-17f",
                "391-3c9",
                "410-44f",
                "5d0-5ea",
                "620-64a",
                "904-939",
                "e01-e3a",
                "2200-22ff",
                "2500-257f",
                "3041-30ff",
                "4e00-9fff",
                "ac00-d7a3",
                "1f300-1f64f",
                "20000-2a6df",
                "80-d7ff"
            })
    void random_characters_are_never_a_tenth_too_low(String range) {
        String[] ends = range.split("-", 2);
        int from = Integer.parseInt(ends[0], 16);
        int to = Integer.parseInt(ends[1], 16);
        for (int seed = 0; seed < 20; seed++) {
            String text = new Random(seed)
                    .ints(LONG, from, to + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertTrue(ratio(text) >= 0.9, () -> range + ": " + ratio(text));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "abcdef0123456789",
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
                "{}[]\":,._",
                "\\n\\t\\s",
                "etaoin\\s",
                "漢字かな\\s",
                "😀👍🏽\\s"
            })
    void random_texts_of_some_characters_are_never_a_tenth_too_low(String written) {
        int[] characters = written.translateEscapes().codePoints().toArray();
        for (int seed = 0; seed < 20; seed++) {
            String text = new Random(seed)
                    .ints(LONG, 0, characters.length)
                    .map(i -> characters[i])
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertTrue(ratio(text) >= 0.9, () -> written + ": " + ratio(text));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2.0, 你好，世界。今天天气怎么样？我想了解一下这个项目的架构，并且修改其中的一些代码。",
        "2.5, こんにちは、世界。このプロジェクトの構成を理解して、コードを少し変更したいと思います。",
        "2.5, 안녕하세요 세계. 이 프로젝트의 구조를 이해하고 코드를 조금 바꾸고 싶습니다.",
        "4.0, Привет! Я хочу понять архитектуру этого проекта и изменить часть кода.",
        "2.0, Guten Tag. Ich möchte die Architektur dieses Projekts verstehen und einen Teil ändern.",
    })
    void prose_of_many_languages_is_within_bounds(double most, String sentence) {
        String text = sentence.repeat(20);

        assertTrue(ratio(text) >= 0.9 && ratio(text) < most, () -> sentence + ": " + ratio(text));
    }

    @Test
    void counts_every_part_of_a_conversation() {
        var alone = new Conversation(List.of(Message.user("")));
        var call = new ToolCall("c1", "find", "{\"a\":1}");
        var messages = List.of(
                Message.user("Hello"),
                new Message(Role.ASSISTANT, List.of(), List.of(call), null, Extras.NONE),
                new Message(Role.USER, List.of(new Part.Image("data:,x", null)), List.of(), null, Extras.NONE));
        var tools = List.<Tool>of(new Tool.Function("find", "Finds", "{}"), new Tool.Other(Extras.NONE));

        assertEquals(75 + 5, TokenCount.of(alone));
        assertEquals(
                75
                        + 3 * 5
                        + TokenCount.of("Hello")
                        + 5
                        + TokenCount.of("find")
                        + TokenCount.of("{\"a\":1}")
                        + 1600
                        + 10
                        + TokenCount.of("find")
                        + TokenCount.of("Finds")
                        + TokenCount.of("{}"),
                TokenCount.of(new Conversation(messages, tools, null)));
    }
}
