package io.keywheel.adapters.http.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Compares the estimate with o200k_base, the tokenizer on which the vocabulary of gpt-oss is built.
@Execution(CONCURRENT)
class TokenCountTest {

    private static final Encoding TOKENIZER =
            Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    /// The length of the end of a file, which has no imports.
    private static final int PIECE = 1500;

    private static final int LONG = 600;

    private static void assertEstimate(double least, double most, String text) {
        double ratio = TokenCount.of(text) / (double) TOKENIZER.countTokensOrdinary(text);

        assertTrue(ratio >= least && ratio < most, () -> ratio + " of " + text);
    }

    private static void assertAtLeast90Percent(String text) {
        assertEstimate(0.9, Double.MAX_VALUE, text);
    }

    @Test
    void estimate_for_the_ends_of_source_files_is_90_to_230_percent() throws IOException {
        int pieces = 0;
        try (Stream<Path> files = Files.walk(Path.of("src", "main"))) {
            for (Path file : files.filter(file -> file.toString().matches(".*\\.(java|yaml|js|css|html)"))
                    .sorted()
                    .toList()) {
                String text = Files.readString(file);
                if (text.length() >= PIECE) {
                    assertEstimate(0.9, 2.3, text.substring(text.length() - PIECE));
                    pieces++;
                }
            }
        }
        assertTrue(pieces > 100, "only " + pieces);
    }

    private static Map<Character.UnicodeBlock, List<Integer>> blocks() {
        return IntStream.range(0x80, 0x110000)
                .filter(c -> Character.isDefined(c) && Character.UnicodeBlock.of(c) != null)
                .filter(c -> Character.getType(c) != Character.PRIVATE_USE && (c < 0xd800 || c > 0xdfff))
                .boxed()
                .collect(Collectors.groupingBy(Character.UnicodeBlock::of, LinkedHashMap::new, Collectors.toList()));
    }

    /// Samples each Unicode block, in long words and in words of four, and each 32 characters that have a price of
    /// their own.
    @Test
    void estimate_for_each_unicode_block_is_at_least_88_percent() {
        for (List<Integer> all : blocks().values()) {
            int rows = all.getLast() < 0x3400 ? all.size() / 32 : 0;
            for (int row = -1; row < rows; row++) {
                List<Integer> some = row < 0 ? all : all.subList(row * 32, row * 32 + 32);
                int[] characters = some.stream().mapToInt(c -> c).toArray();
                for (int length : row < 0 ? List.of(4, LONG) : List.of(LONG)) {
                    assertEstimate(0.88, Double.MAX_VALUE, words(new Random(row), characters, length, length));
                }
            }
        }
    }

    /// Words of few letters resemble no language.
    @ParameterizedTest
    @ValueSource(strings = {"abcdefghijklmnopqrstuvwxyz", "etaoinshrdlu", "aeioutnrsl", "ETAOINSHRDLU"})
    void estimate_for_random_letters_is_at_least_90_percent(String letters) {
        for (int seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            List<Integer> shuffled = letters.chars().boxed().collect(Collectors.toList());
            Collections.shuffle(shuffled, random);
            int[] some = shuffled.stream()
                    .limit(2 + random.nextInt(10))
                    .mapToInt(c -> c)
                    .toArray();
            int shortest = 1 + random.nextInt(20);
            String text = words(random, some, shortest, shortest * 2);
            assertAtLeast90Percent(text);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void estimate_for_random_punctuation_is_at_least_90_percent(boolean betweenBlanks) {
        for (int seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            int[] some = random.ints(1 + random.nextInt(6), '!', 0x7f)
                    .map(c -> Character.isLetterOrDigit(c) ? '\'' : c)
                    .toArray();
            String text = betweenBlanks ? words(random, some, 1, 2) : random(random, some, LONG);
            assertAtLeast90Percent(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a", "1", "\n", "()", " = "})
    void estimate_for_runs_of_one_mark_is_at_least_90_percent(String between) {
        for (char c = '!'; c < 0x7f; c++) {
            for (int length = 1; length <= 40 && !Character.isLetterOrDigit(c); length++) {
                assertAtLeast90Percent((String.valueOf(c).repeat(length) + between).repeat(20));
            }
        }
    }

    private static String random(Random random, int[] characters, int length) {
        return random.ints(length, 0, characters.length)
                .map(i -> characters[i])
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String words(Random random, int[] characters, int shortest, int longest) {
        var text = new StringBuilder();
        while (text.length() < LONG) {
            text.append(random(random, characters, random.nextInt(shortest, longest + 1)))
                    .append(' ');
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "2.0, 你好，世界。今天天气怎么样？我想了解一下这个项目的架构，并且修改其中的一些代码。",
        "2.5, こんにちは、世界。このプロジェクトの構成を理解して、コードを少し変更したいと思います。",
        "2.5, 안녕하세요 세계. 이 프로젝트의 구조를 이해하고 코드를 조금 바꾸고 싶습니다.",
        "1.2, ສະບາຍດີຊາວໂລກ ຂ້ອຍຢາກເຂົ້າໃຈສະຖາປັດຕະຍະກຳຂອງໂຄງການນີ້",
        "1.3, ðə kwɪk bɹaʊn fɒks ʤʌmps ˈoʊvɚ ðə ˈleɪzi dɔɡ",
        "4.2, Привет! Я хочу понять архитектуру этого проекта и изменить часть кода.",
        "2.3, Il était à l’école où elle a été élevée et il y a été très étonné.",
        "2.2, Guten Tag. Ich möchte die Architektur dieses Projekts verstehen und einen Teil ändern.",
    })
    void estimate_for_prose_is_within_the_bounds_of_its_language(double most, String sentence) {
        assertEstimate(0.9, most, sentence.repeat(20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ", ", ", ".", ". ", ":", "-", " - ", "/", " $", "; ", "  ", "\n", "\t", " x", "e-", "%, ", " \n",
                ", \n", "\n\t", "\r\n", "\n  ", "\n    ", ",\n    ", " \t", "\t ", "\u00a0", " \u00a0"
            })
    void estimate_for_separated_numbers_is_at_least_90_percent(String between) {
        for (int digits = 1; digits <= 8; digits++) {
            int most = (int) Math.pow(10, digits);
            String text = new Random(digits)
                    .ints(100, 0, most)
                    .mapToObj(String::valueOf)
                    .collect(Collectors.joining(between));
            assertAtLeast90Percent(text);
        }
    }

    /// Nearly all of the estimate comes from one or two weights, for which other texts have room.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\r",
                "{  ",
                "a\n",
                "a \n",
                "a\n\t",
                "x                    ",
                "\u007f",
                "eaAe",
                "¬str ",
                "&& ",
                "}}}} ",
                "[[[[[[ ",
                "[[[[[[[[[[",
                ")(*&^%$ ",
                "###### ",
                "a ###############################"
            })
    void estimate_for_a_repeated_piece_is_90_to_130_percent(String piece) {
        assertEstimate(0.9, 1.3, piece.repeat(LONG));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t\t{", " \t}", "\t\r", "\t\r\r"})
    void estimate_for_repeated_blanks_is_at_least_90_percent(String blanks) {
        assertAtLeast90Percent(blanks.repeat(LONG));
    }

    @Test
    void estimate_includes_every_part_of_a_conversation() {
        var alone = new Conversation(List.of(Message.user("")));
        var call = new ToolCall("c1", "find", "{\"a\":1}");
        var messages = List.of(
                Message.user("Hello"),
                new Message(
                        Role.ASSISTANT,
                        List.of(),
                        List.of(call),
                        null,
                        false,
                        new Message.Reasoning("Think", null),
                        Extras.NONE),
                new Message(Role.USER, List.of(new Part.Image("data:,x", null)), List.of(), null, Extras.NONE));
        var tools = List.<Tool>of(new Tool.Function("find", "Finds", "{}"), new Tool.Other(Extras.NONE));

        long names = 2 * TokenCount.of("find") + TokenCount.of("Finds") + TokenCount.of("Think");
        long json = TokenCount.of("{\"a\":1}") + TokenCount.of("{}");

        assertEquals(75 + 5, TokenCount.of(alone));
        assertEquals(
                75 + 3 * 5 + TokenCount.of("Hello") + 5 + 1600 + 10 + names + json,
                TokenCount.of(new Conversation(messages, tools, null)));
        var schema = Extras.of("response_format", "{\"a\":1}");
        var asked = new ChatCommand(alone, Sampling.DEFAULT, schema, new ModelSelector(null, null), true);
        assertEquals(75 + 5 + TokenCount.of("{\"a\":1}"), TokenCount.of(asked));
    }
}
