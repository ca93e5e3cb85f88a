/// Whom to ask: providers, their models, their keys and the quotas these share.
@NullMarked
package io.keywheel.domain.routing;

import org.jspecify.annotations.NullMarked;
