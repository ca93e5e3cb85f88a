package io.keywheel.adapters.http.answers;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block of an answer, and what of it is not sent yet.
public final class Block {

    /// What a block says.
    public enum Kind {
        REASONING,
        TEXT,
        REFUSAL,
        CALL
    }

    private static final String EMPTY_OBJECT = "{}";

    private final Kind kind;
    private final int index;
    private final @Nullable ArgumentScanner arguments;
    private boolean isTaken;
    private boolean hasNoArguments;
    private @Nullable String id;
    private String name = "";
    private String unsent = "";
    private @Nullable StringBuilder moreUnsent;

    Block(Kind kind, int index) {
        this.kind = kind;
        this.index = index;
        this.arguments = kind == Kind.CALL ? new ArgumentScanner() : null;
    }

    /// The blocks of a whole answer.
    public static List<Block> of(Reply reply) {
        var blocks = new ArrayList<Block>();
        add(Kind.REASONING, reply.reasoning() == null ? "" : reply.reasoning(), blocks);
        add(Kind.TEXT, reply.text(), blocks);
        for (ToolCall call : reply.toolCalls()) {
            var block = new Block(Kind.CALL, blocks.size());
            block.call(call.id(), call.name());
            block.add(call.arguments());
            blocks.add(block);
        }
        add(Kind.REFUSAL, refusalIn(reply.extras()), blocks);
        return blocks;
    }

    private static void add(Kind kind, String text, List<Block> blocks) {
        if (!text.isEmpty()) {
            var block = new Block(kind, blocks.size());
            block.add(text);
            blocks.add(block);
        }
    }

    /// What a model says instead of an answer, or a piece of it; empty if there is none. Providers that speak as OpenAI
    /// does send it beside the text.
    public static String refusalIn(Extras extras) {
        String json = extras.fields().get("refusal");
        return json == null ? "" : JsonReader.only(json).asText("");
    }

    public Kind kind() {
        return kind;
    }

    /// Its place among the blocks of the answer.
    public int index() {
        return index;
    }

    /// The id of a call at its provider; null if there is none.
    public @Nullable String id() {
        return id;
    }

    /// What is called.
    public String name() {
        return name;
    }

    /// Notes what a fragment says of its call.
    void call(@Nullable String callId, @Nullable String function) {
        id = callId == null || callId.isEmpty() ? id : callId;
        name = function == null || function.isEmpty() ? name : function;
    }

    void add(String text) {
        String next = arguments == null ? text : arguments.next(text);
        if (unsent.isEmpty()) {
            unsent = next;
            return;
        }
        if (moreUnsent == null) {
            moreUnsent = new StringBuilder();
        }
        moreUnsent.append(next);
    }

    /// Whether it may be opened: the name and the id of a call come first. One that is whole has no id.
    boolean canOpen() {
        return kind != Kind.CALL || (!name.isEmpty() && (id != null || isWhole()));
    }

    /// Whether nothing of it is missing: the arguments of a call are a whole object.
    public boolean isWhole() {
        return arguments == null || arguments.isComplete();
    }

    /// Whether it is text, or a call whose arguments are an object as far as they have come.
    public boolean isAsExpected() {
        return arguments == null || arguments.isObject() || hasNoArguments;
    }

    /// All that has come of a block of a whole answer.
    public String content() {
        return take(true);
    }

    /// What is not sent yet. Arguments that are no object wait for their end.
    ///
    /// @param all whether nothing more comes
    String take(boolean all) {
        if (!all && !isAsExpected()) {
            return "";
        }
        String text = moreUnsent == null ? unsent : unsent + moreUnsent;
        unsent = "";
        moreUnsent = null;
        // Some providers write null for no arguments.
        hasNoArguments = kind == Kind.CALL
                && all
                && !isTaken
                && (text.isBlank() || text.strip().equals("null"));
        isTaken |= !text.isEmpty();
        return hasNoArguments ? EMPTY_OBJECT : text;
    }
}
