package io.keywheel.adapters.http.anthropic;

import io.keywheel.domain.chat.Chunk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// An answer that its upstream cuts into chunks as it likes.
final class RandomUpstream {

    private static final List<String> ARGUMENTS = List.of(
            "{}",
            "{\"a\":{\"b\":[1,2,{\"c\":\"}\"}]}}",
            "{\"q\":\"\\\"{[\\\\\"}",
            "{\"e\":\"😀\"} ",
            " {\"x\":1}}garbage");

    private final Random random;
    final StringBuilder text = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    final Map<String, String> calls = new LinkedHashMap<>();
    final List<Chunk> chunks = new ArrayList<>();

    RandomUpstream(Random random) {
        this.random = random;
        int most = random.nextInt(5);
        var left = new ArrayList<String>();
        var begun = new boolean[most];
        boolean mixed = random.nextBoolean();
        for (int i = 0; i < most; i++) {
            left.add(ARGUMENTS.get(random.nextInt(ARGUMENTS.size())));
            calls.put("c" + i + " f" + i, left.get(i).strip().replace("}garbage", ""));
        }
        int said = random.nextInt(6);
        while (said > 0 || left.stream().anyMatch(rest -> !rest.isEmpty())) {
            int which = random.nextInt(most + 2);
            if (which >= most && said > 0) {
                said--;
                say(which == most);
            } else if (which < most && !left.get(which).isEmpty() && (mixed || isNext(which, left))) {
                String rest = left.get(which);
                int cut = 1 + random.nextInt(rest.length());
                chunks.add(AnthropicStreamTest.call(
                        which,
                        begun[which] ? null : "c" + which,
                        begun[which] ? null : "f" + which,
                        rest.substring(0, cut)));
                begun[which] = true;
                left.set(which, rest.substring(cut));
            }
        }
    }

    private static boolean isNext(int which, List<String> left) {
        return left.subList(0, which).stream().allMatch(String::isEmpty);
    }

    private void say(boolean aloud) {
        String words = random.ints(1 + random.nextInt(4), 32, 0x2000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        (aloud ? text : reasoning).append(words);
        chunks.add(aloud ? Chunk.text(words) : Chunk.reasoning(words));
    }
}
