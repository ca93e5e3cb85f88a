package io.keywheel.adapters.llm.redaction;

import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Masks the names that a provider gives in one answer: its id, its model, tool calls, the finish reason, and
/// further fields of its usage. Ignores the content.
///
/// All chunks have the same names, so each name is searched once.
final class RedactedNames {

    private static final String MASKED = "***";

    /// The only name of a choice outside its delta.
    private static final String FINISH = "finish_reason";

    /// Bound the cached names, because a provider may send many and long ones. Others are searched each time.
    private static final int MOST_KNOWN = 16;
    private static final int LONGEST_KNOWN = 200;

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

    private final SecretRedactor secretRedactor;
    private final Map<String, String> harmless = new HashMap<>();

    /// The latest extras without a key. Chunks that are read by a template share their extras.
    private Extras latest = Extras.NONE;

    RedactedNames(SecretRedactor secretRedactor) {
        this.secretRedactor = secretRedactor;
    }

    Chunk masked(Chunk chunk) {
        List<Piece> pieces = chunk.pieces();
        boolean hasNames = false;
        for (Piece piece : pieces) {
            hasNames |= !piece.delta().toolCalls().isEmpty()
                    || piece.extras().fields().containsKey(FINISH);
        }
        Extras extras = masked(chunk.extras());
        TokenUsage usage = masked(chunk.usage());
        return !hasNames && extras.equals(chunk.extras()) && Objects.equals(usage, chunk.usage())
                ? chunk
                : new Chunk(pieces.stream().map(this::masked).toList(), usage, extras);
    }

    private Piece masked(Piece piece) {
        Delta delta = piece.delta();
        List<ToolCallPart> calls = delta.toolCalls().stream()
                .map(call -> new ToolCallPart(
                        call.index(), masked(call.id()), masked(call.name()), call.arguments(), call.extras()))
                .toList();
        return new Piece(
                piece.choice(),
                new Delta(delta.text(), delta.reasoning(), calls, delta.extras()),
                piece.finishReason(),
                finish(piece.extras()));
    }

    Completion masked(Completion completion) {
        return new Completion(
                completion.choices().stream().map(this::masked).toList(),
                masked(completion.usage()),
                masked(completion.extras()));
    }

    private Choice masked(Choice choice) {
        Reply reply = choice.reply();
        List<ToolCall> calls = reply.toolCalls().stream()
                .map(call -> new ToolCall(
                        Objects.requireNonNull(masked(call.id())),
                        Objects.requireNonNull(masked(call.name())),
                        call.arguments(),
                        call.extras()))
                .toList();
        return new Choice(
                choice.index(),
                new Reply(reply.text(), reply.reasoning(), calls, reply.extras()),
                choice.finishReason(),
                finish(choice.extras()));
    }

    private @Nullable String masked(@Nullable String name) {
        return name != null && secretRedactor.nameHasSecret(name) ? MASKED : name;
    }

    private @Nullable TokenUsage masked(@Nullable TokenUsage usage) {
        return usage == null ? null : usage.withExtras(masked(usage.extras()));
    }

    private Extras finish(Extras extras) {
        String word = extras.fields().get(FINISH);
        return word == null || isHarmless(FINISH, word) ? extras : masked(extras);
    }

    private Extras masked(Extras extras) {
        if (extras.equals(latest)) {
            return extras;
        }
        boolean harmless = true;
        for (Map.Entry<String, String> field : extras.fields().entrySet()) {
            harmless &= isHarmless(field.getKey(), field.getValue());
        }
        if (harmless) {
            latest = extras;
            return extras;
        }
        var fields = new LinkedHashMap<String, String>();
        extras.fields().forEach((name, json) -> {
            boolean shown = secretRedactor.nameHasSecret(name);
            fields.put(shown ? MASKED : name, shown || !isHarmless(name, json) ? '"' + MASKED + '"' : json);
        });
        return new Extras(fields);
    }

    /// `json` without escapes: an escape must not hide a key.
    static String unescaped(String json) {
        return ESCAPE.matcher(json).replaceAll(escape -> {
            String code = escape.group(1);
            return Matcher.quoteReplacement(
                    code == null ? escape.group(2) : String.valueOf((char) Integer.parseInt(code, 16)));
        });
    }

    private boolean isHarmless(String name, String json) {
        if (json.equals(harmless.get(name))) {
            return true;
        }
        String plain = json.indexOf('\\') < 0 ? json : unescaped(json);
        boolean text = plain.startsWith("\"") && plain.length() > 1;
        if (secretRedactor.nameHasSecret(name)
                || secretRedactor.nameHasSecret(text ? plain.substring(1, plain.length() - 1) : plain)) {
            return false;
        }
        if (harmless.size() < MOST_KNOWN && name.length() + json.length() <= LONGEST_KNOWN) {
            harmless.put(name, json);
        }
        return true;
    }
}
