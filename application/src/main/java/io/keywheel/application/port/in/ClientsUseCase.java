package io.keywheel.application.port.in;

import io.keywheel.domain.client.ClientRule;
import org.jspecify.annotations.Nullable;

/// The rules of clients. Safe for any number of threads.
public interface ClientsUseCase {

    /// The rule of a client as it is now.
    ///
    /// @param client null where no token is needed
    ClientRule rule(@Nullable String client);
}
