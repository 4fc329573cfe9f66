//! The AWS SDK and local files behind the ports. SDK types end here.
