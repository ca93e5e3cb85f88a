package io.keywheel.experiments.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// The prompt caches of a provider's organisations: complete blocks from the beginning, for five minutes after
/// their last use, as in the simulator.
public final class PromptCache {

    private static final int BLOCK = 128;
    private static final Duration KEPT = Duration.ofMinutes(5);

    private record Place(String organisation, long conversation) {}

    private record Prompt(int tokens, Instant until) {}

    private final Map<Place, Prompt> prompts = new HashMap<>();

    public int cached(String organisation, Request request, Instant now) {
        Prompt known = prompts.get(new Place(organisation, request.conversation()));
        return known == null || !now.isBefore(known.until)
                ? 0
                : Math.min(known.tokens, request.prompt()) / BLOCK * BLOCK;
    }

    public void keep(String organisation, Request request, Instant now) {
        if (request.conversation() != 0) {
            prompts.put(new Place(organisation, request.conversation()), new Prompt(request.prompt(), now.plus(KEPT)));
        }
    }
}
