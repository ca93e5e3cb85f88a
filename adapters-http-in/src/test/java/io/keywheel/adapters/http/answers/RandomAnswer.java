package io.keywheel.adapters.http.answers;

import io.keywheel.adapters.http.answers.Block.Kind;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A random answer in random chunks: interleaved calls, late or missing ids and names, reused indices, empty fragments.
public final class RandomAnswer {

    /// Raw arguments, and the arguments expected in the block.
    private static final List<Map.Entry<String, String>> ARGUMENTS = List.of(
            Map.entry("{}", "{}"),
            Map.entry("", "{}"),
            Map.entry(" null", "{}"),
            Map.entry("[1]", "[1]"),
            Map.entry("no json", "no json"),
            Map.entry("{\"input\":\"ab\\n\\\"\"}", "{\"input\":\"ab\\n\\\"\"}"),
            Map.entry("{\"a\":{\"b\":[1,2,{\"c\":\"}\"}]}}", "{\"a\":{\"b\":[1,2,{\"c\":\"}\"}]}}"),
            Map.entry("{\"q\":\"\\\"{[\\\\\"}", "{\"q\":\"\\\"{[\\\\\"}"),
            Map.entry("{\"e\":\"😀\"} ", "{\"e\":\"😀\"}"),
            Map.entry(" {\"x\":1} garbage", "{\"x\":1}"));

    private static final List<String> NAMES = List.of("f", "gh__find", "patch", "unknown");

    /// An expected block.
    ///
    /// @param id null if the provider names none, and for all but calls
    record Expected(Kind kind, @Nullable String id, String name, String content) {}

    private final class Call {
        private final int index;
        private final int place;
        private boolean saysId;
        private boolean saysName = true;
        private String rest;

        private Call(int index, int place, boolean saysId, String rest) {
            this.index = index;
            this.place = place;
            this.saysId = saysId;
            this.rest = rest;
        }

        /// Emits a random part of the remaining arguments, or all of them.
        private void go(boolean all, boolean named) {
            String said = all ? rest : rest.substring(0, random.nextInt(rest.length() + 1));
            boolean ends = rest.indexOf('}', said.length()) < 0;
            boolean id = saysId && (ends || named || random.nextBoolean());
            boolean name = saysName && (all || named || random.nextBoolean());
            var expected = blocks.get(place);
            saysId &= !id;
            saysName &= !name;
            rest = rest.substring(said.length());
            chunks.add(call(index, id ? expected.id() : nothing(), name ? expected.name() : nothing(), said));
        }

        private boolean isOver() {
            return rest.isEmpty() && !saysId && !saysName;
        }
    }

    private final Random random;
    final List<Chunk> chunks = new ArrayList<>();
    final List<Expected> blocks = new ArrayList<>();

    /// The last call of each index.
    private final List<Call> calls = new ArrayList<>();

    RandomAnswer(int seed) {
        random = new Random(seed);
        int steps = random.nextInt(40);
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(6)) {
                case 0 -> say(Kind.TEXT);
                case 1 -> say(Kind.REASONING);
                case 2 -> begin();
                case 3 -> sayNothing();
                default -> goOn();
            }
        }
        calls.stream().filter(call -> !call.isOver()).forEach(call -> call.go(true, false));
    }

    /// May split a surrogate pair, as providers do.
    private void say(Kind kind) {
        String all = "plain \"quoted\" \\ \n\u0001 caf\u00e9 \u4e16 \uD83D\uDE00\uD83D\uDE00 {}";
        int from = random.nextInt(all.length());
        String text = all.substring(from, from + 1 + random.nextInt(all.length() - from));
        if (blocks.isEmpty() || blocks.getLast().kind() != kind) {
            blocks.add(new Expected(kind, null, "", text));
        } else {
            blocks.add(new Expected(kind, null, "", blocks.removeLast().content() + text));
        }
        chunks.add(kind == Kind.TEXT ? Chunk.text(text) : Chunk.reasoning(text));
    }

    /// Begins a call with a new index or with that of a finished call.
    private void begin() {
        int index = random.nextInt(calls.size() + 1);
        boolean again = index < calls.size();
        if (again
                && (!calls.get(index).isOver()
                        || blocks.get(calls.get(index).place).id() == null)) {
            return;
        }
        var arguments = ARGUMENTS.get(random.nextInt(ARGUMENTS.size()));
        String id = random.nextInt(8) == 0 && !again ? null : "c" + blocks.size();
        var call = new Call(index, blocks.size(), id != null, arguments.getKey());
        blocks.add(new Expected(Kind.CALL, id, NAMES.get(random.nextInt(NAMES.size())), arguments.getValue()));
        if (again) {
            calls.set(index, call);
        } else {
            calls.add(call);
        }
        call.go(false, again);
    }

    private void goOn() {
        if (!calls.isEmpty()) {
            Call call = calls.get(random.nextInt(calls.size()));
            if (!call.isOver()) {
                call.go(random.nextInt(3) == 0, false);
            }
        }
    }

    private void sayNothing() {
        if (!calls.isEmpty() && random.nextBoolean()) {
            chunks.add(call(random.nextInt(calls.size()), nothing(), nothing(), ""));
        } else {
            chunks.add(new Chunk(List.of(), new TokenUsage(1, 1, 2), Extras.NONE));
        }
    }

    private @Nullable String nothing() {
        return random.nextBoolean() ? null : "";
    }

    /// A fragment of a call.
    public static Chunk call(int index, @Nullable String id, @Nullable String name, String arguments) {
        var part = new ToolCallPart(index, id, name, arguments);
        return Chunk.of(new Delta("", "", List.of(part), Extras.NONE));
    }

    public static Chunk refusal(String json) {
        return Chunk.of(new Delta("", "", List.of(), Extras.of("refusal", json)));
    }
}
