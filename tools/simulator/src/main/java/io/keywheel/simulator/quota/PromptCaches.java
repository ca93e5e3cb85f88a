package io.keywheel.simulator.quota;

import io.keywheel.simulator.quota.Quotas.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The prompt caches of all organisations and models: prefixes of prompts, in blocks. Thread-safe.
///
/// Block size and lifetime are those of Cerebras (`inference-docs.cerebras.ai/capabilities/prompt-caching`,
/// 2026-11): 128 tokens, kept for at least 5 minutes. Groq documents 2 hours, and no block size.
public final class PromptCaches {

    /// The size of a block in tokens.
    public static final int BLOCK = 128;
    /// The lifetime of a block after its last use.
    public static final Duration KEPT = Duration.ofMinutes(5);

    /// A long context has a thousand blocks.
    public static final int MOST_BLOCKS = 50_000;

    /// A block, which stands for the prefix that ends with it.
    ///
    /// @param hash the hash of all tokens up to the end of the block
    public record Block(Share share, long hash) {}

    /// The least recently used block is evicted first.
    private final Map<Block, Instant> lastUses = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Block, Instant> eldest) {
            return size() > MOST_BLOCKS;
        }
    };

    /// The complete blocks of a prompt; the remaining tokens are in no block.
    public static List<Block> blocks(Share share, List<String> prompt) {
        var blocks = new ArrayList<Block>();
        long hash = 0xcbf29ce484222325L;
        int tokens = 0;
        for (String token : prompt) {
            // FNV-1a, with a separator after each token.
            for (int i = 0; i < token.length(); i++) {
                hash = (hash ^ token.charAt(i)) * 0x100000001b3L;
            }
            hash = (hash ^ 0xffff) * 0x100000001b3L;
            if (++tokens % BLOCK == 0) {
                blocks.add(new Block(share, hash));
            }
        }
        return blocks;
    }

    /// The number of cached tokens at the beginning of a prompt.
    public synchronized int cached(List<Block> prompt, Instant now) {
        int cached = 0;
        for (Block block : prompt) {
            Instant lastUse = lastUses.get(block);
            if (lastUse == null || !now.isBefore(lastUse.plus(KEPT))) {
                break;
            }
            cached += BLOCK;
        }
        return cached;
    }

    public synchronized void keep(List<Block> prompt, Instant now) {
        prompt.forEach(block -> lastUses.put(block, now));
    }
}
