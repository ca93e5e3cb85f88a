package io.keywheel.simulator.quota;

import io.keywheel.simulator.quota.Quotas.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The prompt caches of every organisation and model: prefixes of prompts, block by block. Safe for use by several
/// threads.
///
/// Blocks and time are Cerebras' (`inference-docs.cerebras.ai/capabilities/prompt-caching`, 2026-11): 128 tokens,
/// kept for at least 5 minutes. Groq documents no blocks, and 2 hours.
public final class PromptCaches {

    /// In tokens.
    public static final int BLOCK = 128;
    /// After its last use.
    public static final Duration KEPT = Duration.ofMinutes(5);

    /// A long context has a thousand.
    private static final int MOST_BLOCKS = 50_000;

    /// The end of a prefix.
    ///
    /// @param hash of all tokens up to here
    public record Block(Share share, long hash) {}

    private final Map<Block, Instant> lastUses;

    /// Empty caches.
    public PromptCaches() {
        this(MOST_BLOCKS);
    }

    /// @param most blocks; then those go that have not been used for the longest time
    public PromptCaches(int most) {
        lastUses = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Block, Instant> eldest) {
                return size() > most;
            }
        };
    }

    /// The whole blocks of a prompt; its last tokens belong to none.
    public static List<Block> blocks(Share share, List<String> prompt) {
        var blocks = new ArrayList<Block>();
        long hash = 0xcbf29ce484222325L;
        int tokens = 0;
        for (String token : prompt) {
            // FNV-1a, with an end of each token.
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

    /// How many tokens at the beginning of a prompt are cached.
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

    /// Keeps a prompt that is being answered.
    public synchronized void keep(List<Block> prompt, Instant now) {
        prompt.forEach(block -> lastUses.put(block, now));
    }
}
