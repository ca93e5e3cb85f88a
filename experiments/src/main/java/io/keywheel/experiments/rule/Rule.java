package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Reply;
import io.keywheel.experiments.world.Request;
import java.time.Instant;
import java.util.List;

/// A rule for whom to ask next.
public interface Rule {

    /// What to do for `request` at `now`. A key that is to be asked has had its turn.
    ///
    /// @param tried the keys that have been asked for it in vain since the client sent it, oldest first
    Move next(Request request, List<Key> tried, Instant now);

    /// What came of asking with `key`.
    void told(Request request, Key key, Reply reply, Instant now);
}
