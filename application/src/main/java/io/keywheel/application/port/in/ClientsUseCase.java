package io.keywheel.application.port.in;

import io.keywheel.domain.client.ClientRule;
import org.jspecify.annotations.Nullable;

/// The rules of clients. Safe for any number of threads.
public interface ClientsUseCase {

    /// @param client null if clients need no token
    ClientRule rule(@Nullable String client);
}
