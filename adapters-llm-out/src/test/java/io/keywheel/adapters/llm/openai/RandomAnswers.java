package io.keywheel.adapters.llm.openai;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Generates random answers of the API, with fields in any order and unknown fields.
record RandomAnswers(Random random) {

    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "7",
            "1764196886",
            "9007199254740993",
            "123456789012345678901234567890",
            "1.10",
            "-0.0",
            "1e5",
            "5.67e-05",
            "1775751421.877");

    String answer() {
        return object(
                "\"choices\":" + list(1 + random.nextInt(3), index -> choice(index, "message", message())), usage());
    }

    String chunk() {
        return object("\"choices\":" + list(random.nextInt(3), index -> choice(index, "delta", delta())), usage());
    }

    private String choice(int index, String name, String reply) {
        return object("\"index\":" + index, "\"" + name + "\":" + reply, "\"finish_reason\":" + word());
    }

    private String message() {
        return object(
                "\"role\":" + oneOf("\"assistant\"", "\"model\""),
                "\"content\":\"Hé\\n\"",
                thoughts(),
                "\"tool_calls\":" + list(random.nextInt(3), index -> call()));
    }

    private String delta() {
        return object(
                "\"role\":\"assistant\"",
                "\"content\":" + oneOf("null", "\"\"", "\"Hello\""),
                thoughts(),
                "\"tool_calls\":" + list(random.nextInt(3), this::fragment));
    }

    private String thoughts() {
        return oneOf(
                "\"reasoning\":\"Hm\"",
                "\"reasoning_content\":\"Hm\"",
                "\"reasoning\":\"Hm\",\"reasoning_content\":\"Hm, hm\"",
                "\"reasoning\":null");
    }

    private String call() {
        return oneOf(object("\"id\":\"c1\"", "\"type\":\"function\"", function()), otherCall());
    }

    private String fragment(int index) {
        return oneOf(
                object("\"index\":" + index, "\"id\":\"c1\"", "\"type\":\"function\"", function()),
                object("\"index\":" + index, "\"function\":{\"arguments\":\"{}\"}"),
                "{\"index\":" + index + "," + otherCall().substring(1));
    }

    private String otherCall() {
        return object("\"id\":\"c2\"", "\"type\":\"custom\"", "\"custom\":{\"name\":\"f\",\"input\":1.10}");
    }

    private String function() {
        return "\"function\":"
                + oneOf("{\"name\":\"f\",\"arguments\":\"{ 1.0\"}", object("\"name\":\"f\"", "\"arguments\":\"{}\""));
    }

    private String usage() {
        String[] tokens = {"\"total_tokens\":9007199254740993", "\"prompt_tokens\":1", "\"completion_tokens\":2"};
        return "\"usage\":" + oneOf("null", object(tokens));
    }

    private String word() {
        return oneOf("\"stop\"", "\"length\"", "\"tool_calls\"", "\"function_call\"", "\"eos\"", "null");
    }

    /// An object with these fields and random other ones.
    private String object(String... fields) {
        List<String> all = new ArrayList<>(Arrays.asList(fields));
        for (int i = random.nextInt(4); i > 0; i--) {
            all.add("\"x" + i + "\":" + value(2));
        }
        Collections.shuffle(all, random);
        return "{" + String.join(",", all) + "}";
    }

    private String value(int depth) {
        return switch (random.nextInt(depth == 0 ? 3 : 5)) {
            case 0 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
            case 1 -> oneOf("null", "true", "\"\"", "\"é \\\" \\\\\"");
            case 2 -> oneOf("{}", "[]");
            case 3 -> list(random.nextInt(3), index -> value(depth - 1));
            default -> "{\"b\":" + value(depth - 1) + ",\"a\":" + value(depth - 1) + "}";
        };
    }

    private String oneOf(String... values) {
        return values[random.nextInt(values.length)];
    }

    private static String list(int size, IntFunction<String> element) {
        return IntStream.range(0, size).mapToObj(element).collect(Collectors.joining(",", "[", "]"));
    }
}
