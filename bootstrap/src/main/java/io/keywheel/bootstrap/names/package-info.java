/// DNS resolution.
@NullMarked
package io.keywheel.bootstrap.names;

import org.jspecify.annotations.NullMarked;
