package io.keywheel.soak.hostile;

import io.keywheel.soak.gateway.Endpoint;
import java.io.IOException;

/// What a hostile client does, again and again.
interface Deed {

    /// @param number of this deed among those of its kind
    /// @throws IOException when the gateway ends the connection
    void act(Endpoint gateway, int number) throws IOException, InterruptedException;
}
