package io.keywheel.adapters.http.answers;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.BlockNumbers;
import io.keywheel.domain.chat.BlockNumbers.TextKind;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.TokenUsage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A streamed answer whose blocks are written one after the other: each is opened, filled and closed.
///
/// A provider may alternate between text and several tool calls. Pieces of a later block are held until the open
/// one is complete: text and reasoning when another block follows, a call once its object is closed.
/// [AnswerLimits] bounds the held pieces. Only the first choice of an answer is written.
public abstract class BlockStream {

    private final BlockNumbers numbers = new BlockNumbers();
    private final List<Block> blocks = new ArrayList<>();
    private final StringBuilder refusal = new StringBuilder();

    /// The index of the open block, else of the next one.
    private int current;

    private boolean isOpen;
    private long characters;
    private @Nullable TokenUsage usage;

    protected abstract void open(Block block);

    /// @param text never empty
    protected abstract void add(Block block, String text);

    protected abstract void close(Block block);

    protected boolean hasReasoning() {
        return true;
    }

    /// Writes what the chunk completes, and holds the rest.
    public void accept(Chunk chunk) {
        usage = chunk.usageAfter(usage);
        characters += AnswerLimits.characters(chunk);
        for (Piece piece : chunk.pieces()) {
            if (piece.choice() == 0) {
                accept(piece.delta());
            }
        }
        write(false);
    }

    private void accept(Delta delta) {
        if (hasReasoning() && !delta.reasoning().isEmpty()) {
            block(numbers.of(TextKind.REASONING), Block.Kind.REASONING).add(delta.reasoning());
        }
        if (!delta.text().isEmpty()) {
            block(numbers.of(TextKind.TEXT), Block.Kind.TEXT).add(delta.text());
        }
        for (ToolCallPart part : delta.toolCalls()) {
            Block call = block(numbers.of(part), Block.Kind.CALL);
            call.call(part.id(), part.name());
            call.add(part.arguments());
        }
        // Unlike text, extras have no other limit.
        if (!delta.extras().fields().isEmpty() && refusal.length() < AnswerLimits.CHARACTERS) {
            refusal.append(Block.refusalIn(delta.extras()));
        }
    }

    private Block block(int number, Block.Kind kind) {
        if (number == blocks.size()) {
            blocks.add(new Block(kind, number));
        }
        return blocks.get(number);
    }

    /// Writes the held pieces at the end of the answer. A refusal is the last block.
    protected final void endBlocks() {
        if (!refusal.isEmpty()) {
            var last = new Block(Block.Kind.REFUSAL, blocks.size());
            blocks.add(last);
            last.add(refusal.toString());
        }
        write(true);
    }

    private void write(boolean all) {
        for (; current < blocks.size(); current++) {
            Block block = blocks.get(current);
            if (!isOpen) {
                if (!all && !block.canOpen()) {
                    return;
                }
                isOpen = true;
                open(block);
            }
            String text = block.takeUnsent(all);
            if (!text.isEmpty()) {
                add(block, text);
            }
            if (!all && (isLast(block) || !block.isComplete())) {
                return;
            }
            close(block);
            isOpen = false;
        }
    }

    protected final boolean isLast(Block block) {
        return block.index() == blocks.size() - 1;
    }

    /// The blocks so far; all of them after [#endBlocks].
    protected final List<Block> blocks() {
        return Collections.unmodifiableList(blocks);
    }

    protected final @Nullable TokenUsage reportedUsage() {
        return usage;
    }

    /// The usage of an ended answer, estimated where the provider reports none.
    protected final TokenUsage usage(Completion ended, ChatCommand command) {
        return TokenCount.usage(usage == null ? ended.usage() : usage, command, characters);
    }
}
