package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.TestServer;
import io.keywheel.domain.chat.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// An answer in random chunks.
final class RandomAnswer {

    private static final List<String> NAMES = List.of("f", "gh__find", "patch", "unknown");

    private final Random random;
    final List<Chunk> chunks = new ArrayList<>();

    /// The kind of each item, in their order: `r`, `m`, or the index of a call.
    private final List<String> kinds = new ArrayList<>();

    private final List<StringBuilder> contents = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    RandomAnswer(Random random) {
        this.random = random;
        int steps = random.nextInt(40);
        for (int i = 0; i < steps; i++) {
            step();
        }
        for (int call = 0; call < names.size(); call++) {
            if (names.get(call).equals("patch")) {
                add(call, "\"}");
            }
        }
    }

    private void step() {
        String text = text();
        int kind = random.nextInt(4);
        if (kind == 0) {
            say("r", text);
            chunks.add(Chunk.reasoning(text));
        } else if (kind == 1) {
            say("m", text);
            chunks.add(Chunk.text(text));
        } else if (names.size() < 4 && random.nextInt(3) == 0) {
            int call = names.size();
            String name = NAMES.get(random.nextInt(NAMES.size()));
            names.add(name);
            kinds.add(String.valueOf(call));
            contents.add(new StringBuilder());
            String begin = name.equals("patch") ? "{\"input\":\"" : random.nextBoolean() ? "" : "{";
            contents.getLast().append(begin);
            chunks.add(ResponsesStreamTest.call(call, "c" + call, name, begin));
        } else if (!names.isEmpty()) {
            int call = random.nextInt(names.size());
            add(call, names.get(call).equals("patch") ? "ab\\n\\\"".substring(0, 2 * (1 + random.nextInt(3))) : text);
        }
    }

    private void add(int call, String text) {
        contents.get(kinds.indexOf(String.valueOf(call))).append(text);
        chunks.add(ResponsesStreamTest.more(call, text));
    }

    private void say(String kind, String text) {
        if (kinds.isEmpty() || !kinds.getLast().equals(kind)) {
            kinds.add(kind);
            contents.add(new StringBuilder());
        }
        contents.getLast().append(text);
    }

    /// Also half of a character, as an upstream may cut it.
    private String text() {
        String all = "plain \"quoted\" \\ \n\u0001 caf\u00e9 \u4e16 \uD83D\uDE00\uD83D\uDE00 {}";
        int from = random.nextInt(all.length());
        return all.substring(from, from + 1 + random.nextInt(all.length() - from));
    }

    String expected() {
        return IntStream.range(0, kinds.size())
                .mapToObj(i -> expected(kinds.get(i), contents.get(i).toString()))
                .collect(Collectors.joining(" | "));
    }

    private String expected(String kind, String content) {
        return switch (kind) {
            case "r" -> "(" + content + ")";
            case "m" -> content;
            default -> {
                String name = names.get(Integer.parseInt(kind));
                yield switch (name) {
                    case "patch" ->
                        "patch <" + TestServer.json(content).get("input").textValue() + ">";
                    case "gh__find" -> "gh. find" + content;
                    default -> " " + name + content;
                };
            }
        };
    }
}
