#!/bin/sh
# Makes the bucket, with versions, and a user who may use that bucket and nothing else. Can be run again.
set -eu
client=$(command -v mc || command -v mcli)
secret() { cat "/run/secrets/$1"; }
key=$(secret s3_access_key)

"$client" --quiet alias set store http://objects:9000 "$(secret objects_root_user)" "$(secret objects_root_password)"
"$client" mb --ignore-existing --with-versioning store/aios
"$client" version enable store/aios
cat > /tmp/policy.json <<'POLICY'
{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::aios", "arn:aws:s3:::aios/*"] }] }
POLICY
"$client" admin policy create store aios /tmp/policy.json
"$client" admin user add store "$key" "$(secret s3_secret_key)"
# It fails when that is so already.
"$client" admin policy attach store aios --user "$key" || "$client" admin user info store "$key" | grep -q aios
