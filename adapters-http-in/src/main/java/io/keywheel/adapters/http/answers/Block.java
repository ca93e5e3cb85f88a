package io.keywheel.adapters.http.answers;

import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block of an answer, with its unsent text.
public final class Block {

    public enum Kind {
        REASONING,
        TEXT,
        REFUSAL,
        CALL
    }

    private static final String EMPTY_OBJECT = "{}";

    /// A longer name gets no further piece, because each copies the name. OpenAI's have at most 64 characters.
    private static final int LONGEST_JOINED = 1000;

    private final Kind kind;
    private final int index;
    private final @Nullable ArgumentScanner arguments;
    private boolean isTaken;
    private boolean hasNoArguments;
    private @Nullable String id;
    private String name = "";
    private StringBuilder unsent = new StringBuilder();

    Block(Kind kind, int index) {
        this.kind = kind;
        this.index = index;
        this.arguments = kind == Kind.CALL ? new ArgumentScanner() : null;
    }

    public static List<Block> of(Content content) {
        var blocks = new ArrayList<Block>();
        add(Kind.REASONING, content.reasoning() == null ? "" : content.reasoning(), blocks);
        add(Kind.TEXT, content.text(), blocks);
        for (ToolCall call : content.toolCalls()) {
            var block = new Block(Kind.CALL, blocks.size());
            block.call(call.id(), call.name());
            block.add(call.arguments());
            blocks.add(block);
        }
        add(Kind.REFUSAL, refusalIn(content.extras()), blocks);
        return blocks;
    }

    private static void add(Kind kind, String text, List<Block> blocks) {
        if (!text.isEmpty()) {
            var block = new Block(kind, blocks.size());
            block.add(text);
            blocks.add(block);
        }
    }

    /// The text of a model's refusal, or a piece of it; empty if there is none. OpenAI-compatible providers send
    /// it beside the answer's text.
    public static String refusalIn(Extras extras) {
        String json = extras.fields().get("refusal");
        return json == null ? "" : JsonReader.singleValue(json).asText("");
    }

    public Kind kind() {
        return kind;
    }

    public int index() {
        return index;
    }

    /// The id of a call at its provider; null if there is none.
    public @Nullable String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /// @param function the next piece of the name (continuedev/continue 5849, 2025-05), or all pieces so far (6029)
    void call(@Nullable String callId, @Nullable String function) {
        id = callId == null || callId.isEmpty() ? id : callId;
        boolean isWhole = isTaken || !unsent.isEmpty() || name.length() > LONGEST_JOINED;
        if (function != null && (name.isEmpty() || !isWhole)) {
            name = function.startsWith(name) ? function : name + function;
        }
    }

    void add(String text) {
        unsent.append(arguments == null ? text : arguments.next(text));
    }

    /// Whether the block may be opened. A call must have its whole name, which ends where its arguments begin, and its
    /// id unless these are complete.
    boolean canOpen() {
        return kind != Kind.CALL || (!name.isEmpty() && !unsent.isEmpty() && (id != null || isComplete()));
    }

    /// Whether the block is complete. The arguments of a call must be a complete object.
    public boolean isComplete() {
        return arguments == null || arguments.isComplete();
    }

    /// Whether the block is text, or a call whose arguments so far are an object or missing.
    public boolean isWellFormed() {
        return arguments == null || arguments.isObject() || hasNoArguments;
    }

    /// The content of a block of a complete answer.
    public String content() {
        return takeUnsent(true);
    }

    /// Removes and returns the unsent text. Arguments that are not an object are held back until the end.
    ///
    /// @param all whether the answer has ended
    String takeUnsent(boolean all) {
        if (!all && !isWellFormed()) {
            return "";
        }
        String text = unsent.toString();
        unsent = new StringBuilder();
        // Some providers write null for no arguments.
        hasNoArguments = kind == Kind.CALL
                && all
                && !isTaken
                && (text.isBlank() || text.strip().equals("null"));
        isTaken |= !text.isEmpty();
        return hasNoArguments ? EMPTY_OBJECT : text;
    }
}
