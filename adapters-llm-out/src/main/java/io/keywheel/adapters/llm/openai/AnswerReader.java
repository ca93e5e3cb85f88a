package io.keywheel.adapters.llm.openai;

import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads a whole answer, or an event of a stream. Any field may be missing, and unknown fields may be present.
final class AnswerReader {

    /// Reads one more than an answer may have, so that the count shows an excess.
    private static final int MOST_CHOICES = AnswerLimits.CHOICES + 1;

    private static final Delta NOTHING = new Delta("", "", List.of(), Extras.NONE);

    private final JsonReader in;
    private final @Nullable ToolCallNumbers numbers;
    private final boolean whole;
    private final List<Piece> pieces = new ArrayList<>();
    private int textStart;
    private int textEnd;
    private @Nullable StringBuilder thinking;

    /// @param textStart the start of the last text in characters, after its quote; 0 without a text
    record Event(Chunk chunk, int textStart, int textEnd) {}

    /// @param numbers null for a whole answer
    private AnswerReader(JsonReader in, @Nullable ToolCallNumbers numbers) {
        this.in = in;
        this.numbers = numbers;
        this.whole = numbers == null;
    }

    /// An event of a stream; null if the bytes are not a JSON object, or two: the second's text would be lost.
    static @Nullable Event event(byte[] bytes, int from, int to, ToolCallNumbers calls) {
        try (var in = JsonReader.ofEvent(bytes, from, to)) {
            var reader = new AnswerReader(in, calls);
            Chunk chunk = reader.chunk();
            return chunk == null || in.nextIsObject() ? null : new Event(chunk, reader.textStart, reader.textEnd);
        } catch (IOException _) {
            return null;
        }
    }

    /// A whole answer, as one chunk; null if the bytes have no choice.
    static @Nullable Chunk answer(byte[] bytes) {
        try (var in = JsonReader.ofAnswer(bytes)) {
            Chunk chunk = new AnswerReader(in, null).chunk();
            return chunk == null || chunk.pieces().isEmpty() ? null : chunk;
        } catch (IOException _) {
            return null;
        }
    }

    private @Nullable Chunk chunk() throws IOException {
        if (!in.isObject()) {
            return null;
        }
        var extras = new LinkedHashMap<String, String>();
        TokenUsage usage = null;
        TokenUsage groqUsage = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "choices" -> readChoices();
                case "usage" -> usage = UsageReader.read(in);
                case "x_groq" -> {
                    int start = in.start();
                    groqUsage = UsageReader.ofGroq(in);
                    extras.put(name, in.json(start));
                }
                default -> extras.put(name, in.json());
            }
        }
        return new Chunk(pieces, usage == null ? groqUsage : usage, extras(extras));
    }

    private void readChoices() throws IOException {
        pieces.clear();
        int position = 0;
        for (boolean more = in.firstItem(); more; more = in.nextItem()) {
            if (position < MOST_CHOICES && in.enterObject()) {
                readChoice(position);
            } else {
                in.skip();
            }
            position++;
        }
    }

    /// Skips a choice of a whole answer without a message.
    private void readChoice(int position) throws IOException {
        int index = position;
        Delta missing = whole ? null : NOTHING;
        Delta delta = missing;
        FinishReason reason = null;
        var extras = new LinkedHashMap<String, String>();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (name.equals("index")) {
                index = (int) in.count(Integer.MAX_VALUE, position);
            } else if (name.equals(whole ? "message" : "delta")) {
                delta = in.enterObject() ? delta() : missing;
            } else if (name.equals("finish_reason")) {
                reason = reason(extras);
            } else {
                extras.put(name, in.json());
            }
        }
        if (delta != null) {
            pieces.add(new Piece(index, numbered(delta, index), reason, extras(extras)));
        }
    }

    private Delta numbered(Delta delta, int choice) {
        return numbers == null || delta.toolCalls().isEmpty()
                ? delta
                : new Delta(
                        delta.text(), delta.reasoning(), numbers.numbered(choice, delta.toolCalls()), delta.extras());
    }

    private Delta delta() throws IOException {
        String text = "";
        String reasoning = null;
        String reasoningContent = null;
        List<ToolCallPart> calls = List.of();
        var extras = new LinkedHashMap<String, String>();
        thinking = null;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "content" -> text = content();
                case "tool_calls" -> calls = ToolCallReader.read(in, whole);
                // Groq, Cerebras.
                case "reasoning" -> {
                    extras.put(name, in.json());
                    reasoning = locatedText();
                }
                // DeepSeek, vLLM and others. Stays an extra, so that clients receive it under the provider's name.
                case "reasoning_content" -> {
                    extras.put(name, in.json());
                    reasoningContent = in.text();
                }
                default -> extras.put(name, in.json());
            }
        }
        if (whole) {
            extras.remove("role", "\"assistant\"");
        }
        // A message with both fields keeps both under their names; a whole answer keeps an empty one, too.
        if (!extras.containsKey("reasoning_content") && !(whole && "".equals(reasoning))) {
            extras.remove("reasoning");
        }
        return new Delta(text, reasoning(reasoning, reasoningContent), calls, extras(extras));
    }

    private String reasoning(@Nullable String first, @Nullable String second) {
        if (first != null && !first.isEmpty()) {
            return first;
        }
        if (second != null && !second.isEmpty()) {
            return second;
        }
        return thinking == null ? "" : thinking.toString();
    }

    /// Usually a string; some providers send a list of parts. Mistral's reasoning is a part with a list of its own
    /// (recorded 2025-11, BerriAI/litellm 16272).
    private String content() throws IOException {
        String plain = in.isText() ? locatedText() : null;
        if (plain != null) {
            return plain;
        }
        var text = new StringBuilder();
        for (boolean more = in.firstItem(); more; more = in.nextItem()) {
            for (String name = in.firstField(); name != null; name = in.nextField()) {
                if (name.equals("thinking")) {
                    thinking = Objects.requireNonNullElseGet(thinking, StringBuilder::new);
                    thinking.append(content());
                } else {
                    String part = in.scalar();
                    text.append(name.equals("text") && part != null ? part : "");
                }
            }
        }
        return text.toString();
    }

    private @Nullable String locatedText() throws IOException {
        String text = in.text();
        if (text != null && !text.isEmpty()) {
            textStart = in.start() + 1;
            textEnd = in.end() - 1;
        }
        return text;
    }

    /// Keeps the provider's value in `extras`, unless [FinishReason] has the same label. In a stream, a missing reason
    /// only means that the choice continues.
    private @Nullable FinishReason reason(Map<String, String> extras) throws IOException {
        String json = in.json();
        String word = in.text();
        FinishReason reason = reason(word);
        boolean isCovered = reason == null
                ? !whole && (word != null || json.equals("null"))
                : reason != FinishReason.OTHER && reason.label().equals(word);
        if (!isCovered) {
            extras.put("finish_reason", json);
        }
        return reason;
    }

    private static @Nullable FinishReason reason(@Nullable String word) {
        return switch (word) {
            case null -> null;
            // Some providers send these with each chunk. SGLang #3912 (2025-02), Ollama #4357 (2024-05): the empty
            // string; KoboldCpp (AIShell #350, 2025-03): the string `null`.
            case "", "null" -> null;
            case "stop" -> FinishReason.STOP;
            // Mistral's client-python: the context is full.
            case "length", "model_length" -> FinishReason.LENGTH;
            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
    }

    private static Extras extras(SequencedMap<String, String> fields) {
        return fields.isEmpty() ? Extras.NONE : new Extras(fields);
    }
}
