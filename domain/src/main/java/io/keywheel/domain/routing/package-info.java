/// The targets of requests: providers, their models, their keys and the quotas that keys share.
@NullMarked
package io.keywheel.domain.routing;

import org.jspecify.annotations.NullMarked;
