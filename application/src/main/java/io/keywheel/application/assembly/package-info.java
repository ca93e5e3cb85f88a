/// How a gateway is put together.
@NullMarked
package io.keywheel.application.assembly;

import org.jspecify.annotations.NullMarked;
