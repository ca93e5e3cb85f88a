package io.keywheel.soak;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A unique question with a known answer: the simulator repeats the question and names provider and model.
record Question(String text, Target target) {

    enum Target {
        ANY(null, "groq/openai/gpt-oss-120b", "cerebras/gpt-oss-120b", "compatible/house-model"),
        BARE_ID("gpt-oss-120b", "cerebras/gpt-oss-120b"),
        ID_WITH_SLASH("groq/openai/gpt-oss-20b", "groq/openai/gpt-oss-20b"),
        UNLISTED_PROVIDER("compatible/thinking-model", "compatible/thinking-model");

        /// The model in the request; null for none.
        final @Nullable String model;

        /// The possible sources of the answer, as `provider/model`.
        final List<String> sources;

        Target(@Nullable String model, String... sources) {
            this.model = model;
            this.sources = List.of(sources);
        }
    }

    /// Texts that often break at the boundaries of packets or in encodings.
    private static final List<String> WORDS = List.of(
            "key", "größer", "漢字", "😀", "\"quoted\"", "back\\slash", "data:", "a\u2028b", "[DONE]", "<b>", "\t");

    private static final int MOST_WORDS = 40;

    /// @param number the request's number, which makes the question unique
    static Question random(long number, SplittableRandom random) {
        var text = new StringBuilder("Question ").append(number).append(':');
        for (int i = random.nextInt(MOST_WORDS); i > 0; i--) {
            text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
        }
        Target[] targets = Target.values();
        Target target = random.nextBoolean() ? Target.ANY : targets[random.nextInt(targets.length)];
        return new Question(text.append('?').toString(), target);
    }

    ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (target.model != null) {
            body.put("model", target.model);
        }
        body.putArray("messages").addObject().put("role", "user").put("content", text);
        return body;
    }

    /// @param source as `provider/model`
    String answerOf(String source) {
        return source + " says: You asked \"" + text + "\" (message 1 of this conversation).";
    }

    boolean mayBegin(String content) {
        return target.sources.stream().anyMatch(source -> answerOf(source).startsWith(content));
    }
}
