package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a whole answer, or an event of a stream. Any field may be missing, and unknown fields may be present.
final class AnswerReader {

    /// Reads one more than an answer may have, so that the count shows an excess.
    private static final int MOST_CHOICES = AnswerLimits.CHOICES + 1;

    private static final Message NO_MESSAGE = new Message("", null, List.of(), Extras.NONE);

    private final JsonReader in;
    private final boolean whole;
    private final List<Choice> choices = new ArrayList<>();
    private @Nullable TokenUsage usage;
    private int textStart;
    private int textEnd;

    private record Choice(
            int index, @Nullable Message message, @Nullable FinishReason reason, Extras extras) {}

    private record Message(String text, @Nullable String reasoning, List<ToolCallPart> calls, Extras extras) {}

    /// @param textStart the start of the last text in characters, after its quote; 0 without a text
    record Event(Chunk chunk, int textStart, int textEnd) {}

    private AnswerReader(JsonReader in, boolean whole) {
        this.in = in;
        this.whole = whole;
    }

    /// An event of a stream; null if the bytes are not a JSON object.
    static @Nullable Event event(byte[] bytes, int from, int to, CallNumbers calls) {
        try (var in = JsonReader.ofEvent(bytes, from, to)) {
            return in.isObject() ? new AnswerReader(in, false).event(calls) : null;
        } catch (IOException _) {
            return null;
        }
    }

    /// A whole answer; null if the bytes have no choice.
    static @Nullable Completion completion(byte[] bytes) {
        try (var in = JsonReader.ofAnswer(bytes)) {
            return in.isObject() ? new AnswerReader(in, true).completion() : null;
        } catch (IOException _) {
            return null;
        }
    }

    private Event event(CallNumbers numbers) throws IOException {
        Extras extras = root();
        var pieces = new ArrayList<Chunk.Piece>();
        for (Choice choice : choices) {
            Message message = Objects.requireNonNullElse(choice.message(), NO_MESSAGE);
            String reasoning = Objects.requireNonNullElse(message.reasoning(), "");
            List<ToolCallPart> calls = numbers.numbered(choice.index(), message.calls());
            var delta = new Chunk.Delta(message.text(), reasoning, calls, message.extras());
            pieces.add(new Chunk.Piece(choice.index(), delta, choice.reason(), choice.extras()));
        }
        return new Event(new Chunk(pieces, usage, extras), textStart, textEnd);
    }

    private @Nullable Completion completion() throws IOException {
        Extras extras = root();
        var ended = new ArrayList<Completion.Choice>();
        for (Choice choice : choices) {
            Message message = choice.message();
            if (message != null) {
                var reply = new Reply(
                        message.text(),
                        message.reasoning(),
                        message.calls().stream().map(AnswerReader::call).toList(),
                        message.extras());
                FinishReason reason = Objects.requireNonNullElse(choice.reason(), FinishReason.OTHER);
                ended.add(new Completion.Choice(choice.index(), reply, reason, choice.extras()));
            }
        }
        return ended.isEmpty() ? null : new Completion(ended, usage, extras);
    }

    private static ToolCall call(ToolCallPart part) {
        String id = Objects.requireNonNullElse(part.id(), "");
        return new ToolCall(
                id.isEmpty() ? Format.callId() : id,
                Objects.requireNonNullElse(part.name(), ""),
                part.arguments(),
                part.extras());
    }

    private Extras root() throws IOException {
        var extras = new LinkedHashMap<String, String>();
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
        usage = usage == null ? groqUsage : usage;
        return extras(extras);
    }

    private void readChoices() throws IOException {
        choices.clear();
        int position = 0;
        for (boolean more = in.enterArray() && in.nextItem(); more; more = in.nextItem()) {
            if (position < MOST_CHOICES && in.enterObject()) {
                choices.add(choice(position));
            } else {
                in.skip();
            }
            position++;
        }
    }

    private Choice choice(int position) throws IOException {
        int index = position;
        Message message = null;
        FinishReason reason = null;
        var extras = new LinkedHashMap<String, String>();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (name.equals("index")) {
                index = (int) in.count(Integer.MAX_VALUE, position);
            } else if (name.equals(whole ? "message" : "delta")) {
                message = in.enterObject() ? message() : null;
            } else if (name.equals("finish_reason")) {
                String json = in.json();
                String word = in.text();
                reason = reason(word);
                if (!isCoveredByReason(word, json, reason)) {
                    extras.put(name, json);
                }
            } else {
                extras.put(name, in.json());
            }
        }
        return new Choice(index, message, reason, extras(extras));
    }

    private Message message() throws IOException {
        String text = "";
        String reasoning = null;
        String reasoningContent = null;
        List<ToolCallPart> calls = List.of();
        var extras = new LinkedHashMap<String, String>();
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
        // A message with both fields keeps both under their names.
        if (!extras.containsKey("reasoning_content")) {
            extras.remove("reasoning");
        }
        boolean isOther = reasoningContent != null && (reasoning == null || reasoning.isEmpty());
        return new Message(text, isOther ? reasoningContent : reasoning, calls, extras(extras));
    }

    /// Usually a string; some providers send a list of parts.
    private String content() throws IOException {
        String plain = in.isText() ? locatedText() : null;
        if (plain != null) {
            return plain;
        }
        var text = new StringBuilder();
        for (boolean more = in.enterArray() && in.nextItem(); more; more = in.nextItem()) {
            if (in.enterObject()) {
                for (String name = in.nextField(); name != null; name = in.nextField()) {
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

    /// Values that some providers send instead of null with each chunk. SGLang #3912 (2025-02), Ollama #4357
    /// (2024-05): the empty string; KoboldCpp (AIShell #350, 2025-03): the string `null`.
    private static final Set<String> NO_REASON = Set.of("", "null");

    private static @Nullable FinishReason reason(@Nullable String word) {
        if (word == null || NO_REASON.contains(word)) {
            return null;
        }
        return switch (word) {
            case "stop" -> FinishReason.STOP;
            case "length" -> FinishReason.LENGTH;
            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
    }

    /// Whether [FinishReason] has the same label, so that the value need not be kept. In a stream, a missing reason
    /// only means that the choice continues.
    private boolean isCoveredByReason(@Nullable String word, String json, @Nullable FinishReason reason) {
        if (reason == null) {
            return !whole && (word != null || json.equals("null"));
        }
        return reason != FinishReason.OTHER && reason.label().equals(word);
    }

    private static Extras extras(SequencedMap<String, String> fields) {
        return fields.isEmpty() ? Extras.NONE : new Extras(fields);
    }
}
