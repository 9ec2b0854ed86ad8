import { inDocker } from './readurState.ts'

/**
 * Every error and every finding that the product can report, in one place. A code is stable: scripts, tests and
 * documents may rely on it. `title` says what happened in a few words, `cause` what usually lies behind it, `remedy` what
 * to do next. `scope` stands where such an error always stops the whole run.
 */
export const errorCatalogue = {
  // What a plan finds about a document's file or row.
  FILE_MISSING: {
    title: 'File not found',
    cause:
      'It was deleted or moved outside Readur, its volume is not mounted here, or it has another path on this computer.',
    remedy:
      'Restore the file from a backup to the path shown, then plan or audit again. Nothing about the document was changed.',
  },
  FILE_RECOVERABLE: {
    title: 'File found in another folder than the database says',
    cause:
      'When Readur starts, it moves files from the uploads folder into documents/ but keeps absolute paths in the database. Or somebody moved the file.',
    remedy:
      'Readur can’t find this file either. Repair it after an audit, or correct its path in the database to the place shown.',
  },
  FILE_UNREADABLE: {
    title: 'File can’t be read',
    cause: 'Readur’s container writes files as its own user, and files copied or restored by root belong to root.',
    remedy: 'Give the account that runs Readur Migrate read permission on the file and its folders. Then plan again.',
  },
  FILE_NOT_REGULAR: {
    title: 'Not a regular file',
    cause: 'A restore or copy failed and left something else in place of the file.',
    remedy: 'There is a folder or device where the document should be. Restore the file at that path.',
  },
  FILE_EMPTY: {
    title: 'File is empty, but the document is not',
    cause: 'The disk was full, the server crashed while the file was written, or a copy was interrupted.',
    remedy: 'Restore the file from a backup, then plan again.',
  },
  PATH_LOCAL_ONLY: {
    title: 'Readur finds this path only while it stores files locally',
    cause:
      'The database has only a file name, or a path relative to the uploads folder, as older versions of Readur wrote it.',
    remedy:
      'Once Readur uses S3, it can’t open these documents until they are switched to S3 too. They are migrated first. Keep the time between the two steps short.',
  },
  FILE_SHARED: {
    title: 'Several documents use one file',
    cause: 'The file was added twice: by two sources for the same folder, or by an older version of Readur.',
    remedy: 'Each document gets its own copy on S3. Nothing needs to be done.',
  },
  FILE_NOT_PLACED: {
    title: 'No file can be restored to this path',
    cause: 'The path is one where Readur would not find the file again, such as the root of the uploads folder.',
    remedy:
      'The document stays on S3, and you can leave it there. To move it back, restore the file to documents/ and correct its path in the database.',
  },
  FILE_TAKEN: {
    title: 'Another file is already at this path',
    cause: 'Another file was put there after the local file was gone, or a file with this name was there before.',
    remedy: 'Nothing was overwritten. Move the file at the path shown, then run again.',
  },
  FILE_UNWRITABLE: {
    title: 'File or folder can’t be written',
    cause: 'The folder belongs to another user, is mounted read-only, or its disk is full.',
    remedy:
      'Give the account that runs Readur Migrate write permission on the uploads folder, or free up space there. Then run again.',
  },
  PATH_OUTSIDE: {
    title: 'Path is outside the uploads folder',
    cause:
      'The path was written with another UPLOAD_PATH, or a folder in the uploads folder was replaced by a link to another disk.',
    remedy:
      'The path leads out of the uploads folder, so it was skipped. Fix the path in Readur’s database, or set the correct uploads folder in the connection.',
  },
  PATH_MAPPABLE: {
    title: 'Path from another installation',
    cause: 'The documents came from an installation whose uploads folder had another path.',
    remedy:
      'The files were found in this uploads folder, and their hashes match. Accept the suggested path mapping in the checks, then plan again.',
  },
  PATH_EMPTY: {
    title: 'Document has no path',
    cause: 'An upload or script was interrupted and left a document without a file.',
    remedy: 'The database has no file for this document. Correct or delete the document in Readur.',
  },
  OWNER_MISSING: {
    title: 'Document has no owner',
    cause: 'A script added the document, or it is from a version of Readur without document owners.',
    remedy: 'The path on S3 contains the owner. Assign the document to a user, then plan again.',
  },
  KEY_TOO_LONG: {
    title: 'Path on S3 would be too long for the database',
    cause: 'The file extension is very long, usually because of a dot early in the file name.',
    remedy: 'The database allows 500 characters. Shorten the file extension, then plan again.',
  },
  KEY_TAKEN: {
    title: 'Two files would get the same path on S3',
    cause: 'Two processed images of one user have the same file name in different folders.',
    remedy: 'Correct one of the two paths in the database, then plan again.',
  },
  ALREADY_ON_S3: {
    title: 'Already on S3',
    cause: 'An earlier run moved it, or it was uploaded after Readur was switched to S3.',
    remedy: 'Nothing needs to be done.',
  },
  AWAITS_CUTOVER: {
    title: 'Already copied, waiting to be switched to S3',
    cause: 'An earlier run copied the file but has not updated the database yet.',
    remedy: 'Nothing needs to be done here. Switch that earlier run to S3 when you are ready.',
  },

  // What the plan of a rollback, and a check of a run against the world, find.
  ALREADY_LOCAL: {
    title: 'Already uses its local file',
    cause: 'The document was rolled back before, or the run never switched it to S3.',
    remedy: 'Nothing needs to be done.',
  },
  AWAITS_OCR: {
    title: 'Readur’s OCR may still need the local file',
    cause: 'It was uploaded recently, or OCR was requested again.',
    remedy: 'Wait until Readur’s OCR queue is empty, then run again.',
  },
  FILE_STILL_NAMED: {
    title: 'Another document still uses the local file',
    cause:
      'Several documents share one file, and not all of them were migrated. Or a failed upload or an ignored file refers to it.',
    remedy: 'Migrate the other document too, or delete the failed upload in Readur. Then run again.',
  },
  FILE_LINKED: {
    title: 'A symbolic link depends on the local file',
    cause: 'A tool such as rdfind or jdupes replaced identical files with links, or somebody created one.',
    remedy:
      'The file is kept so that the link still works. To free its space too, delete the link or replace it with a copy (cp --remove-destination). Then run again.',
  },
  NOT_SET_ASIDE: {
    title: 'The local file was never quarantined',
    cause: 'The run’s files were not quarantined before, or this file was left in place.',
    remedy: 'Quarantine the run’s files first, and delete them later.',
  },
  ALREADY_FREED: {
    title: 'The local file is already gone',
    cause: 'It was quarantined earlier, or somebody deleted it.',
    remedy: 'Nothing needs to be done.',
  },
  FILE_TO_FETCH: {
    title: 'The local file is gone or damaged',
    cause: 'It was deleted after the migration, it was damaged on disk, or the document was uploaded directly to S3.',
    remedy: 'It is downloaded from S3 and checked before the database is switched back.',
  },
  FILE_TO_RETURN: {
    title: 'The local file is in quarantine',
    cause: 'The run’s local files were quarantined, and the database was later restored to an earlier state.',
    remedy: 'Its content is checked, then it is moved back to its original path.',
  },
  LOCAL_GONE: {
    title: 'The local file is gone; the document is on S3',
    cause: 'Somebody deleted it after the migration to save space.',
    remedy: 'Nothing needs to be done. A rollback would download it.',
  },
  ROW_LOCAL: {
    title: 'Document uses its local file although the run switched it to S3',
    cause: 'The database was restored from a backup, changed by hand, or rolled back by another run.',
    remedy: 'Migrate the document again, or leave it as it is. The copy on S3 is kept.',
  },
  ROW_UNRECORDED: {
    title: 'Document is on S3, but the run did not record it',
    cause: 'The run crashed after updating the database and before recording it.',
    remedy: 'Resume the run; it recognizes the document. If it can’t be resumed, roll it back.',
  },
  OBJECT_UNNEEDED: {
    title: 'Copy on S3 that no document uses',
    cause:
      'The run was interrupted before it switched the document, or the document was changed or deleted in the meantime.',
    remedy: 'It takes up space but does no harm. Resume the run to use it, or roll the run back to remove it.',
  },
  KEY_FOREIGN: {
    title: 'Document has a path on S3 that Readur would not create',
    cause: 'Somebody or another program wrote the path.',
    remedy: 'Check the document in Readur. If it can’t be opened, correct its path in the database.',
  },
  OBJECT_MISSING: {
    title: 'File not found in the bucket',
    cause:
      'It was deleted in the bucket, by hand or by a lifecycle rule. Or this is another bucket than the one it was uploaded to.',
    remedy:
      'Restore it from a backup of the bucket. If the local file still exists, repair the run to upload it again.',
  },

  // What an audit finds beside these. Notes are harmless as they are.
  FILE_ORPHAN: {
    title: 'Orphaned file',
    cause: 'Its document was deleted but the file was not, or an upload was interrupted before the document was added.',
    remedy:
      'No document uses this file or has the same content. Check it, then repair the audit to quarantine it. This can be undone.',
  },
  FILE_DUPLICATE: {
    title: 'Orphaned duplicate of an existing document',
    cause: 'Readur saves an upload before it recognizes a duplicate, and does not always delete the second file.',
    remedy: 'This is usually left over from a duplicate upload. Repair the audit to quarantine it. This can be undone.',
  },
  FILE_UNNAMED: {
    title: 'File of a document that has another path in the database',
    cause: 'The path was changed, or database and files were restored from different times.',
    remedy: 'It may be the only copy, so it is left in place. Correct the path of the document in the database.',
  },
  FILE_NAMED_ELSEWHERE: {
    title: 'File of a failed upload or an ignored file',
    cause: 'Readur could not read or add this file. Or a user deleted the document and chose to ignore the file.',
    remedy: 'Readur may offer it to the user again. Nothing needs to be done.',
  },
  FILE_JUNK: {
    title: 'System file or unfinished copy',
    cause: 'A network drive, a file manager or an interrupted copy left it behind.',
    remedy: 'It isn’t a document. Leave it in place, or repair the audit to quarantine it.',
  },
  FILE_UNSEEN: {
    title: 'File or folder could not be checked',
    cause: 'Its name is not valid UTF-8, or the account that runs Readur Migrate has no permission to read the folder.',
    remedy:
      'Rename it, or give this account read permission. Then audit again. In the name shown, \\xE9 stands for a byte that isn’t valid UTF-8.',
  },
  FILE_RECENT: {
    title: 'New file that no document uses yet',
    cause: 'Readur saves the file first and adds the document afterwards.',
    remedy: 'Readur may be about to add it. Audit again later.',
  },
  FILE_DERIVED: {
    title: 'Unused processed image of an existing document',
    cause: 'OCR in older versions of Readur kept images without recording them.',
    remedy: 'Left by an older Readur. Nothing needs to be done.',
  },
  FILE_TWIN: {
    title: 'File not found, but another document has the same content',
    cause: 'Two users uploaded the same content, and one of the files was lost.',
    remedy:
      'Copy the file of the other document to the path shown, then audit again. The document is never deleted while its content exists.',
  },
  FILE_SET_ASIDE: {
    title: 'The file is in quarantine',
    cause: 'The file was quarantined, but the document uses its local file.',
    remedy: 'Repair the audit to move it back to its original path.',
  },
  FILE_ON_S3: {
    title: 'The local file is gone, but the document is on S3',
    cause: 'The local file was deleted, and the database was switched back to it.',
    remedy: 'Repair the audit to check the copy on S3 and use it.',
  },
  FILE_UNPROVEN: {
    title: 'The file is gone; a possible copy was found but can’t be verified',
    cause:
      'No hash was recorded, the photo was rotated after it was hashed, or a file with the document’s ID has other content.',
    remedy:
      'Open the copy shown. If it is the document, set its path in the database: UPDATE documents SET file_path = … WHERE id = …. The document is never deleted while the copy exists.',
  },
  OBJECT_UNPROVEN: {
    title: 'The file on S3 is gone; a possible copy was found but can’t be verified',
    cause:
      'No hash was recorded, the photo was rotated after it was hashed, or a file on S3 with the document’s ID has other content.',
    remedy:
      'If a run moved the document, rolling it back may restore it. Otherwise open the copy shown. If it is the document, set its path in the database: UPDATE documents SET file_path = … WHERE id = …. The document is never deleted while the copy exists.',
  },
  OBJECT_ORPHAN: {
    title: 'Orphaned file on S3',
    cause: 'Readur looks for the file under the month of deletion, so deleted documents leave their files behind.',
    remedy:
      'It belongs to this database, but its document no longer exists. Repair the audit to save it to quarantine and remove it from the bucket. This can be undone.',
  },
  OBJECT_UNMARKED: {
    title: 'Orphaned file on S3 without an owner tag',
    cause: 'Readur itself or another program created it. Only Readur Migrate tags its files.',
    remedy:
      'Readur leaves such files behind when documents are deleted. If no other Readur server uses this bucket, repair the audit to remove them.',
  },
  OBJECT_RECENT: {
    title: 'New file on S3 that no document uses yet',
    cause: 'Readur uploads the file first and adds the document afterwards.',
    remedy: 'Readur may be about to add it. Audit again later.',
  },
  OBJECT_SPARE: {
    title: 'Extra copy on S3 of a document that is stored elsewhere',
    cause: 'A run copied the document but has not switched it to S3 yet. Or it was rolled back and the copy was kept.',
    remedy: 'It is never removed while the document exists. Nothing needs to be done.',
  },
  OBJECT_NOT_OURS: {
    title: 'Object from another Readur or program',
    cause: 'Two Readur servers share the bucket, for example one for testing. Or somebody put the file there.',
    remedy: 'It was created for another database or by another program, so it is left alone.',
  },
  OBJECT_NAMED_ELSEWHERE: {
    title: 'File on S3 of a failed upload or an ignored file',
    cause: 'Readur could not read or add this file.',
    remedy: 'Nothing needs to be done.',
  },
  OBJECT_SHARED: {
    title: 'Several documents use one file on S3',
    cause: 'The path of one document was copied to another, by hand or by a script.',
    remedy: 'Deleting one of these documents would delete the shared object. Upload one of them again.',
  },
  OBJECT_DAMAGED: {
    title: 'The file on S3 is damaged or was replaced',
    cause: 'Something else was saved under its name, or the file was already damaged on disk before it was uploaded.',
    remedy:
      'Its content differs from what was uploaded to Readur. Restore it from a backup or from an older version in the bucket.',
  },
  OBJECT_RECOVERABLE: {
    title: 'The file on S3 is gone, but a copy was found',
    cause: 'The file was deleted from the bucket, but a local copy or one under another name exists.',
    remedy: 'Repair the audit to check the copy and use it.',
  },
  MOST_MISSING: {
    title: 'Too many files are missing to delete documents',
    cause: 'A volume or network drive is not mounted, or the connection has the wrong folder or bucket.',
    remedy:
      'Check that the uploads folder is mounted and the bucket is the right one, then audit again. If the documents really are gone, delete them in Readur.',
  },
  ROW_NOT_GONE: {
    title: 'The document was found after all',
    cause: 'It was restored after the audit, or the audit could not read that folder.',
    remedy: 'Nothing was changed. Audit again to see the current state.',
  },

  // What can happen to one item while it is copied, verified and committed.
  SOURCE_CHANGED: {
    title: 'File changed after planning or while it was read',
    cause: 'Something writes to the uploads folder: Readur rotating a photo, a sync tool, a restore.',
    remedy: 'The copy was discarded. Run again when nothing writes to the file.',
  },
  HASH_MISMATCH: {
    title: 'File is damaged',
    cause: 'The file was damaged on disk or by a copy, or somebody replaced it.',
    remedy: 'Its content differs from what was uploaded to Readur. Restore the file from a backup, then run again.',
  },
  IMAGE_REENCODED: {
    title: 'Image differs from its recorded hash',
    cause: 'Readur’s auto-rotate changed the photo after its hash was recorded.',
    remedy: 'This is expected. The file was copied as it is now.',
  },
  OBJECT_UNENCRYPTED: {
    title: 'The file on S3 does not have the requested encryption',
    cause: 'It was copied before encryption was set in the connection, or by another program.',
    remedy:
      'Roll back the run that copied it, then migrate again. Or change the encryption in the connection back, then make a new plan.',
  },
  OBJECT_DIFFERS: {
    title: 'Another file already has this path on S3',
    cause: 'An earlier tool or another Readur server used the path. Or the local file changed after it was uploaded.',
    remedy: 'Nothing was overwritten. Compare it with the local file, then move or delete it and run again.',
  },
  VERIFY_FAILED: {
    title: 'The uploaded copy differs from the file',
    cause:
      'Something on the way to the storage changes data: a proxy, a faulty network card or memory, or a service that re-encodes files.',
    remedy:
      'The bad copy was removed, and the document still uses its local file. Run again. If it happens again, check the storage service.',
  },
  ROW_CHANGED: {
    title: 'Somebody else changed the document',
    cause: 'A user, an administrator or another tool changed it in the database during the run.',
    remedy: 'That change was kept. Plan again to include the document in its new state.',
  },
  ROW_TAKEN: {
    title: 'Another run already switched the document',
    cause: 'Two runs planned the same document, and the other one was first.',
    remedy: 'Nothing needs to be done. The document is on S3, and you can roll back the other run.',
  },
  ROW_VANISHED: {
    title: 'The document was deleted during the run',
    cause: 'A user deleted the document.',
    remedy: 'Nothing needs to be done. The copy made by this run was removed.',
  },
  ROW_LOCKED: {
    title: 'The document is locked in the database',
    cause: 'A backup tool, a maintenance job or an open transaction has locked it.',
    remedy: 'Another session has locked this row. Wait, or end that session, then retry.',
  },
  INTERRUPTED: {
    title: 'Interrupted',
    cause: 'It was canceled, the program quit, or the computer was shut down.',
    remedy: 'Run again. Finished files are not uploaded twice.',
    scope: 'run',
  },

  // The object store.
  S3_UNREACHABLE: {
    title: 'Can’t reach the storage service',
    cause: 'The address or port is wrong, the service is down, or a firewall or proxy blocks the connection.',
    remedy: 'Check the storage address, the network and the firewall. Then try again.',
    scope: 'run',
  },
  S3_ACCESS_DENIED: {
    title: 'The storage service denied access',
    cause:
      'A permission is missing from the policy of the access key, a bucket policy denies it, or the bucket belongs to another account.',
    remedy:
      'The access key needs s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload for the objects, and s3:ListBucket and s3:ListBucketMultipartUploads for the bucket.',
    scope: 'run',
  },
  S3_KMS: {
    title: 'The storage service can’t use the encryption key',
    cause:
      'The access key is not allowed to use the KMS key, or the KMS key is disabled, deleted or in another region.',
    remedy:
      'Allow the user of the access key kms:GenerateDataKey and kms:Decrypt for the KMS key. Check that the KMS key is enabled and in the region of the bucket. Then run again.',
    scope: 'run',
  },
  S3_UNKNOWN_KEY: {
    title: 'The storage service does not recognize the access key',
    cause: 'The key was deleted, belongs to another service or account, or was cut off when it was pasted.',
    remedy: 'Check the access key. It must exist on this service.',
    scope: 'run',
  },
  S3_WRONG_SECRET: {
    title: 'The secret key does not match the access key',
    cause: 'The secret belongs to another key, was cut off or has a space from pasting, or was replaced.',
    remedy: 'Enter the secret key again. If you no longer have it, create a new key: it is shown only once.',
    scope: 'run',
  },
  S3_TOKEN_EXPIRED: {
    title: 'The credentials have expired',
    cause: 'Session tokens (AWS SSO, assumed roles) are valid only for a few hours.',
    remedy: 'These temporary credentials have expired. Use a permanent access key.',
    scope: 'run',
  },
  S3_BAD_CREDENTIALS: {
    title: 'The storage service does not accept the credentials',
    cause: 'The keys are for another service, or the session token does not belong to them.',
    remedy: 'Check the access key and secret key.',
    scope: 'run',
  },
  S3_TLS: {
    title: 'No trusted encrypted connection to the storage service',
    cause:
      'The certificate is self-signed or expired, this computer does not know its authority, or the service uses plain HTTP.',
    remedy:
      'The certificate must be valid for the storage address and come from a known authority. If you use your own authority, set its CA file in the connection. If the service does not use TLS, use http:// in the address.',
    scope: 'run',
  },
  PROXY_REFUSED: {
    title: 'The proxy refused the connection',
    cause: 'The proxy in HTTPS_PROXY or HTTP_PROXY requires a login, or does not allow this host.',
    remedy:
      'Add a user name and password to the proxy address (HTTPS_PROXY=http://user:password@proxy:3128), or add the host to NO_PROXY. Then restart Readur Migrate.',
    scope: 'run',
  },
  PROXY_UNREACHABLE: {
    title: 'Can’t connect through the proxy',
    cause: 'The proxy in HTTPS_PROXY or HTTP_PROXY is down, has another address, or can’t reach the service.',
    remedy:
      'Check the proxy address (HTTPS_PROXY, HTTP_PROXY). If the host does not need the proxy, add it to NO_PROXY. Then restart Readur Migrate.',
  },
  S3_NO_BUCKET: {
    title: 'The bucket does not exist',
    cause: 'The name has a typo, the bucket was never created, or it is on another service.',
    remedy: 'Create the bucket, or correct its name.',
    scope: 'run',
  },
  S3_WRONG_REGION: {
    title: 'The bucket is in another region',
    cause: 'The region still has its default, us-east-1, but the bucket is elsewhere.',
    remedy: 'Set the region to that of the bucket.',
    scope: 'run',
  },
  S3_CLOCK_SKEW: {
    title: 'This computer’s clock is wrong',
    cause: 'The computer does not sync with a time server, or it is a virtual machine that was suspended.',
    remedy: 'S3 refuses requests if the clock is off by several minutes. Set the clock, then run again.',
    scope: 'run',
  },
  S3_THROTTLED: {
    title: 'The storage service limits requests',
    cause: 'There were more requests at once than this account is allowed, or others use the service heavily.',
    remedy: 'It kept refusing after many attempts. Run again later, or with fewer files at once.',
    scope: 'run',
  },
  S3_REJECTED: {
    title: 'The storage service refused the request',
    cause:
      'The service does not support this operation or setting, or has a limit of its own (quota, object lock, name length).',
    remedy: 'Nothing was changed. The service’s own message is shown above; check its documentation.',
  },
  S3_INTEGRITY: {
    title: 'The storage service received damaged data',
    cause: 'A proxy, a network card or faulty memory changed data on the way.',
    remedy:
      'The upload was refused because its checksum was wrong. Check the network and the memory of this computer, then run again.',
  },
  S3_SCHEME: {
    title: 'http and https are mixed up in the storage address',
    cause: 'The address says https but the port uses http, or the other way around.',
    remedy: 'Change http:// to https:// in the storage address, or https:// to http://.',
    scope: 'run',
  },
  S3_NOT_S3: {
    title: 'This is not a storage service',
    cause:
      'The address leads to a web console (MinIO often uses port 9001 for it, and 9000 for S3), a login page, a website or a proxy.',
    remedy: 'Enter the address of the S3 API as the storage address.',
  },
  S3_BODY_LIMIT: {
    title: 'The upload is too large for a proxy or the storage service',
    cause: 'A proxy in front of the storage service limits the size of requests. The default in nginx is 1 MB.',
    remedy:
      'Raise the proxy’s limit (nginx: client_max_body_size 0;), or enter the address of the storage service itself. Then run again.',
  },
  VERSIONS_STAY: {
    title: 'Removed objects stay as old versions and are billed',
    cause: 'The bucket keeps old versions or locks objects.',
    remedy:
      'To delete old versions later, delete them in the bucket, or add a lifecycle rule for them (NoncurrentVersionExpiration).',
  },
  S3_LIFECYCLE: {
    title: 'A lifecycle rule of the bucket deletes documents',
    cause: 'The rule was meant for other files, or applies to the whole bucket.',
    remedy: 'Exclude documents/, processed_images/ and readur-migrate/ from the rule, or delete it. Then run again.',
    scope: 'run',
  },
  S3_OPTION_IGNORED: {
    title: 'The storage service ignores an option of the connection',
    cause: 'The service does not support this storage class or encryption and ignores it.',
    remedy:
      'Remove the storage class or encryption from the connection, or choose one that the service supports. Then make a new plan.',
    scope: 'run',
  },
  S3_STRANGE: {
    title: 'Unexpected response from the storage service',
    cause:
      'A proxy or another program answers in its place, or the service is faulty: its listing repeats, its response never ends, or it compresses data that must not be compressed.',
    remedy: 'Check the storage address and any proxy in between, then run again.',
  },

  // The SSH server, and what is reached through it.
  SSH_HOST_UNKNOWN: {
    title: 'SSH server name can’t be resolved',
    cause: 'The name has a typo, or exists only in a VPN or another network.',
    remedy: 'Check the host name, and connect to the network or VPN that it belongs to.',
  },
  SSH_UNREACHABLE: {
    title: 'Can’t reach the SSH server',
    cause: 'The server is down, SSH uses another port, or a firewall blocks the connection.',
    remedy: 'Check the host, the port and any firewalls, and that the SSH server is running.',
    scope: 'run',
  },
  SSH_NOT_SSH: {
    title: 'This is not an SSH server',
    cause: 'The port belongs to a web server or proxy, or the server drops connections that come too quickly.',
    remedy: 'Check the port: SSH usually uses 22. A busy server may also drop new connections, so try again.',
  },
  SSH_NO_COMMON_ALGORITHM: {
    title: 'The SSH server only offers unsupported algorithms',
    cause: 'The server is very old, or limited to a few algorithms.',
    remedy:
      'If only ssh-rsa is missing, allow it for this server: “Allow ssh-rsa” in the connection, or HostKeyAlgorithms +ssh-rsa in ~/.ssh/config. Otherwise enable curve25519-sha256 or ECDH for key exchange and AES-GCM or AES-CTR for encryption on the server. Servers that offer only chacha20-poly1305 are not supported.',
  },
  SSH_HOST_KEY_UNKNOWN: {
    title: 'Unknown SSH server',
    cause: 'This account has not connected to this server before.',
    remedy: 'Compare the fingerprint with the server’s own, then accept it.',
  },
  SSH_HOST_KEY_CHANGED: {
    title: 'The SSH server’s key has changed',
    cause: 'The server was reinstalled or has a new address. Or somebody is impersonating it.',
    remedy:
      'Somebody may be intercepting the connection. Ask the server’s administrator whether the key was changed. Only then remove the old key from the file shown.',
  },
  SSH_HOST_KEYS_UNREADABLE: {
    title: 'The list of known SSH servers can’t be read',
    cause: 'A line of the file is damaged, or the file belongs to another user.',
    remedy: 'The server’s identity can’t be checked without it. Fix the file or its permissions.',
    scope: 'run',
  },
  SSH_AUTH_FAILED: {
    title: 'SSH login failed',
    cause:
      'The user name is wrong, the public key is not in that user’s authorized_keys, or password login is disabled.',
    remedy: 'Check the user name and your key or password. The login methods that the server accepts are listed above.',
    scope: 'run',
  },
  SSH_AGENT_SILENT: {
    title: 'The SSH agent does not answer',
    cause: 'It is locked, waits for your approval, or has stopped working. The SSH server is not the cause.',
    remedy:
      'Unlock or restart the agent shown, or approve its request, then try again. To log in without it, choose a key file in the connection.',
    scope: 'run',
  },
  SSH_FORWARD_REFUSED: {
    title: 'The SSH server does not allow forwarding',
    cause: 'The server’s sshd_config, or an option in authorized_keys, forbids it.',
    remedy:
      'On the server, set AllowTcpForwarding yes (for a Unix socket: AllowStreamLocalForwarding) and check PermitOpen.',
  },
  SSH_FORWARD_FAILED: {
    title: 'The SSH server can’t reach this address',
    cause: 'Nothing listens there: a container does not publish its port, or publishes it on another address.',
    remedy:
      'Check the port. The address is resolved on the SSH server: for a service there, use 127.0.0.1 and the port that it publishes.',
  },
  SSH_LOST: {
    title: 'The connection to the SSH server was lost',
    cause: 'The network failed, the server was restarted, or a firewall dropped an idle connection.',
    remedy: 'Check the network and the server, then run again.',
    scope: 'run',
  },
  SSH_TOO_MANY_SESSIONS: {
    title: 'The SSH server allows no more sessions',
    cause: 'MaxSessions is 10 by default. File transfers and commands each need a session.',
    remedy: 'Raise MaxSessions on the server, or close other sessions of this connection.',
  },
  SSH_CONFIG_INVALID: {
    title: 'The SSH configuration can’t be used',
    cause: 'A line in ~/.ssh/config has a typo, or a file that it refers to does not exist.',
    remedy: 'Correct the line or file shown, or enter host, port, user and key yourself.',
    scope: 'run',
  },
  SSH_PROXY_COMMAND: {
    title: 'This server is reached through another program',
    cause: 'The SSH configuration has a ProxyCommand. It runs only after you have allowed that exact command.',
    remedy:
      'Allow the command below the host in the connection. If it can’t be run at all, use ProxyJump or enter the jump host yourself.',
    scope: 'run',
  },
  SFTP_UNAVAILABLE: {
    title: 'The SSH server does not support file transfer (SFTP)',
    cause: 'SFTP is disabled, or the account is limited to one command.',
    remedy: 'On the server, enable it in sshd_config: Subsystem sftp internal-sftp',
  },
  COMMANDS_REFUSED: {
    title: 'No commands can be run on the server',
    cause: 'The account has no shell (nologin), or its key is limited to one command.',
    remedy:
      'Use an account with a shell. Without one, everything works except features that need Docker or other programs on the server.',
    scope: 'run',
  },
  CONTAINER_UNREACHABLE: {
    title: 'Can’t reach the container',
    cause:
      'The container is stopped or has another name, or the account has no permission to use Docker, Podman or the Kubernetes cluster.',
    remedy:
      'Check the name with docker ps, podman ps or kubectl get pods, and that the container is running. For Docker, the account must be in the docker group. For Kubernetes, it needs the right to create pods/exec. sudo is never used.',
    scope: 'run',
  },
  CONTAINER_LOST: {
    title: 'The connection to the container was lost',
    cause: 'The container or its engine was restarted, for example by an update.',
    remedy: 'Check that the container is running, then run again. Finished files stay finished.',
    scope: 'run',
  },

  // The database.
  DB_UNREACHABLE: {
    title: 'Can’t reach the database',
    cause: 'PostgreSQL is stopped, listens only inside Docker’s network, or a firewall blocks the connection.',
    remedy: 'Check the database host and port, and that PostgreSQL is running and accepts connections from here.',
    scope: 'run',
  },
  DB_TOO_MANY_CONNECTIONS: {
    title: 'Too many database connections',
    cause: 'There are many clients, a limit for this user, or a small pool. A run needs three connections.',
    remedy:
      'All database connections are in use; Readur alone may use 50. Close some, or raise the limit: max_connections in PostgreSQL, CONNECTION LIMIT for the user, or the pool size of a pooler.',
    scope: 'run',
  },
  DB_BAD_CREDENTIALS: {
    title: 'Database login failed',
    cause:
      'The password was changed after the database was created (POSTGRES_PASSWORD only applies on first start). Or a special character in the address is not URL-encoded.',
    remedy: 'Check the database user and password of the connection.',
    scope: 'run',
  },
  DB_NO_PASSWORD: {
    title: 'The database wants a password, and there is none',
    cause: 'None was entered. Without a system keychain, passwords must be entered again after each start.',
    remedy: 'Enter the database password in the connection.',
    scope: 'run',
  },
  DB_MISSING: {
    title: 'The database does not exist',
    cause: 'The name has a typo, or this is another PostgreSQL server than Readur’s.',
    remedy: 'Check the database name of the connection.',
    scope: 'run',
  },
  DB_NOT_READUR: {
    title: 'Not a Readur database, or an unsupported version',
    cause:
      'It is another database on the same server, Readur was never started with it, or its version is much older or newer.',
    remedy: 'Check the database name. The tables or columns shown are required but missing.',
    scope: 'run',
  },
  DB_PRIVILEGE: {
    title: 'The database user lacks a privilege',
    cause: 'The user is read-only, or does not own Readur’s tables.',
    remedy: 'Connect as Readur’s own database user (the owner of its tables), or grant SELECT and UPDATE on them.',
    scope: 'run',
  },
  DB_ROWS_HIDDEN: {
    title: 'The database hides documents from this user',
    cause: 'Row-level security is enabled for the tables shown, and its policies apply to this user.',
    remedy: 'A run has to see every document. Connect as the owner of the tables, or as a role with BYPASSRLS.',
    scope: 'run',
  },
  DB_SETTING: {
    title: 'A database setting prevents a safe run',
    cause: 'An administrator changed it for this user or database, and the user can’t change it back.',
    remedy:
      'Ask an administrator to reset the setting shown for this user and this database (ALTER ROLE … RESET …, ALTER DATABASE … RESET …).',
    scope: 'run',
  },
  DB_POOL_MODE: {
    title: 'The connection pooler does not keep sessions',
    cause: 'PgBouncer or a similar program uses pool_mode = transaction or statement.',
    remedy:
      'Connect to PostgreSQL directly (usually port 5432), or set pool_mode = session for this database. The lock that prevents two runs at once needs a session.',
    scope: 'run',
  },
  DB_POOLER: {
    title: 'The connection pooler refused the connection',
    cause: 'PgBouncer or a similar program does not support something that was requested.',
    remedy:
      'See the pooler’s own message above. Connect to PostgreSQL directly (usually port 5432), or change the pooler’s settings.',
    scope: 'run',
  },
  LOCK_RENEWED: {
    title: 'The database connection that holds the lock was lost',
    cause: 'The network or the database was interrupted for a moment.',
    remedy: 'Nothing needs to be done. Everything is checked again, then the run continues.',
    scope: 'run',
  },
  DB_BUSY: {
    title: 'Another run uses this database',
    cause:
      'A run is in progress in another window, in a terminal or on another computer. Or one crashed and the server has not noticed yet.',
    remedy: 'Only one run at a time can change a database. Wait for the other run, or stop it.',
    scope: 'run',
  },
  DB_TIMEOUT: {
    title: 'The database took too long',
    cause:
      'Another session holds a lock, the server is overloaded, or the time limit is too short for a table of this size.',
    remedy: 'Increase the database timeout, or look for long transactions that block it.',
    scope: 'run',
  },
  DB_LOST: {
    title: 'The connection to the database was lost',
    cause: 'PostgreSQL was restarted or ran out of memory, an administrator ended the session, or the network failed.',
    remedy: 'Check the database and the network, then run again.',
    scope: 'run',
  },
  DB_REJECTED: {
    title: 'The database refused a statement',
    cause: 'A trigger or constraint that Readur does not have, a full disk on the server, or a read-only standby.',
    remedy: 'The transaction was rolled back. PostgreSQL’s own message is shown above.',
  },
  DB_STRANGE: {
    title: 'Unexpected response from the database',
    cause:
      'Another program answers in its place. Or a document with more than 64 MiB of text was to be saved before its deletion.',
    remedy:
      'Check that the connection leads to Readur’s database. A document this large can only be deleted in Readur itself.',
    scope: 'run',
  },
  DB_TLS: {
    title: 'No trusted encrypted connection to the database',
    cause:
      'The certificate is self-signed or for another host, or the server has no encryption although sslmode requires it.',
    remedy:
      'Check the encryption and the CA certificate of the database connection. The certificate must be valid for the host.',
    scope: 'run',
  },
  DB_LOGIN_UNSAFE: {
    title: 'The database asks for a login method that the settings do not allow',
    cause:
      'The server uses another method, there is a pooler such as PgBouncer in between, or something impersonates the server.',
    remedy:
      'No password was sent. Check pg_hba.conf and password_encryption on the server, or change require_auth or channel_binding in the connection’s parameters.',
    scope: 'run',
  },
  DB_WRONG_SERVER: {
    title: 'This is not the database server that was asked for',
    cause: 'The primary and its standby changed roles, or the address leads to the other one.',
    remedy: 'Enter the address of the right server, or change target_session_attrs in the connection’s parameters.',
    scope: 'run',
  },
  SOURCE_WOULD_INGEST: {
    title: 'A Readur source watches this bucket',
    cause: 'An S3 source in Readur uses the same bucket, and its folders include documents/.',
    remedy:
      'Readur would import every migrated file again. Disable that S3 source or change its watch folders, then run again.',
    scope: 'run',
  },

  // Readur itself.
  READUR_UNREACHABLE: {
    title: 'Can’t reach Readur',
    cause: 'Readur is stopped, or has another address or port when seen from here.',
    remedy: 'Check Readur’s address, and that it is running. A migration works without it.',
  },
  READUR_TLS: {
    title: 'No trusted encrypted connection to Readur',
    cause:
      'The certificate is self-signed or expired, this computer does not know its authority, or Readur uses plain HTTP.',
    remedy:
      'The certificate must be valid for Readur’s address and come from a known authority. If you use your own authority, set its CA file in the connection. If Readur does not use TLS, use http:// in the address.',
  },
  READUR_STRANGE: {
    title: 'Unexpected response – this may not be Readur',
    cause: 'A reverse proxy answers in its place, or the address leads to another program.',
    remedy: 'Check Readur’s address: use the one from your browser, up to the host and port.',
    scope: 'run',
  },
  READUR_TOKEN: {
    title: 'Readur does not accept the token',
    cause: 'The token has expired, was cut off when it was pasted, or is from another Readur server.',
    remedy: 'Get a new token: create an API key in Readur, or log in again. Then enter it in the connection.',
  },
  CANARY_FAILED: {
    title: 'Readur does not serve documents from this bucket yet',
    cause:
      'Readur was not restarted with the S3 settings, uses another bucket, address or key, or is older than 2.9.2.',
    remedy: `No other document was switched, and Readur can still open every document. Correct Readur’s settings, restart it ${inDocker}, and resume the run.`,
    scope: 'run',
  },
  READUR_NO_DOCUMENT: {
    title: 'Readur can’t serve this document',
    cause: 'Readur was not restarted after the switch, uses another bucket, or the document belongs to another user.',
    remedy: `Readur can’t read the file, or the token has no access to the document. Check where Readur stores files (S3_ENABLED), restart it ${inDocker}, and look at its log.`,
  },

  READUR_ELSEWHERE: {
    title: 'Readur doesn’t use this bucket yet',
    cause: 'Readur stores documents elsewhere, or was changed since this was last checked. Nothing was switched.',
    remedy:
      'Copy now and switch later: first set Readur to this bucket, then switch the documents. If you switch now, documents can’t be opened until Readur uses the bucket.',
    scope: 'run',
  },
  READUR_NOT_SWITCHED: {
    title: 'Documents were switched before Readur',
    cause: 'The database was switched to S3 before Readur was known to use this bucket.',
    remedy: `Add the S3 settings of this connection to Readur’s settings and restart it ${inDocker}; then it can open these documents again. Or roll the run back.`,
  },
  FREE_TOO_EARLY: {
    title: 'Too early to free up space',
    cause:
      'You need the local files for a rollback until Readur is known to use the bucket and the run has been validated.',
    remedy: 'Switch Readur to the bucket and validate the run first. To free up space anyway, confirm it.',
    scope: 'run',
  },

  // The uploads folder, settings and our own files.
  UPLOADS_MISSING: {
    title: 'Uploads folder not found',
    cause:
      'The path is the one inside the container, the volume is not mounted, or it is the folder above or below the right one.',
    remedy: 'In the connection, enter the folder that contains documents/.',
    scope: 'run',
  },
  SETTING_MISSING: {
    title: 'A setting is missing',
    cause: 'No settings file was given, or the setting is only in the Compose file.',
    remedy: 'Enter it in the connection.',
    scope: 'run',
  },
  SETTING_INVALID: {
    title: 'A setting is invalid',
    cause: 'A typo, or an unset ${VARIABLE}.',
    remedy: 'Correct the value shown.',
    scope: 'run',
  },
  SETTINGS_FILE_MISSING: {
    title: 'Settings file not found',
    cause: 'The path has a typo or is relative to another folder, or the file was moved.',
    remedy: 'Check the path of the file.',
    scope: 'run',
  },
  SECRET_ELSEWHERE: {
    title: 'A saved password is for another address',
    cause: 'The host, port, user or server of the connection changed after the password was saved.',
    remedy: 'Check the address. If it is right, edit the connection and enter the password again.',
    scope: 'run',
  },
  DISCOVERY_UNREADABLE: {
    title: 'Settings file can’t be read',
    cause: 'The file belongs to another account, or is not a valid Compose file.',
    remedy: 'Choose Readur’s docker-compose.yml or .env, or enter the settings yourself.',
    scope: 'run',
  },
  READUR_NOT_FOUND: {
    title: 'No Readur server found',
    cause: 'Its containers are stopped, its image has a custom name, or Readur runs without Docker.',
    remedy:
      'Choose the docker-compose.yml that starts Readur (the .env beside it is read too), or enter the settings yourself.',
    scope: 'run',
  },
  NO_ANSWER: {
    title: 'No response in time',
    cause: 'A firewall silently drops the connection, a network drive is unavailable, or the server is overloaded.',
    remedy:
      'Check that the service named above is running, and that no firewall or sleeping disk delays it. Then test again.',
    scope: 'run',
  },
  PROFILE_NOT_FOUND: {
    title: 'No such connection',
    cause: 'The name has a typo, or the connection was saved under another account on this computer.',
    remedy: 'Check the name in the list of connections.',
    scope: 'run',
  },
  DELETE_LOCAL: {
    title: 'Local files are not deleted in the run that copied them',
    cause: 'An older tool did that and lost documents.',
    remedy:
      'Migrate without --delete-local. Later, when everything works, free RUN quarantines the local files after checking each S3 copy. Then free RUN --delete-quarantine deletes them.',
    scope: 'run',
  },
  CONFIRMATION_NEEDED: {
    title: 'Confirmation needed',
    cause: 'The program runs without a terminal: in a script, in a pipe, or with docker exec without -it.',
    remedy: 'Check what would happen (with --dry-run if there is one), then run it again with --yes.',
    scope: 'run',
  },
  ACTION_GONE: {
    title: 'This fix is no longer offered',
    cause: 'The situation has changed: the session has ended, the bucket exists, or the unfinished uploads are gone.',
    remedy: 'Run the checks again. They offer the fix if it is still needed.',
    scope: 'run',
  },
  RUN_NOT_FOUND: {
    title: 'No such run',
    cause:
      'The ID has a typo, the run was removed from the history, or it was made under another account on this computer.',
    remedy: 'Check the ID in the run history.',
    scope: 'run',
  },
  RUN_NOT_STARTABLE: {
    title: 'This run can’t be started',
    cause: 'It is another kind of run, is already finished, or was undone by another run.',
    remedy: 'Check its state in the run history.',
    scope: 'run',
  },
  PLAN_STALE: {
    title: 'The plan is out of date',
    cause: 'The run that the plan is based on was resumed, repaired or rolled back after the plan was made.',
    remedy: 'Nothing was changed. Make the plan again.',
    scope: 'run',
  },
  RUN_BUSY: {
    title: 'Another process uses this run',
    cause: 'It is in progress in another window or terminal.',
    remedy: 'Wait until it has finished or stop it, then run again.',
    scope: 'run',
  },
  RUN_NEEDED: {
    title: 'Another run still needs this one',
    cause: 'A run that undoes or continues it has not finished.',
    remedy: 'Finish that run, or remove it from the history first.',
    scope: 'run',
  },
  STATE_FILE_GONE: {
    title: 'The state file no longer exists',
    cause: 'It was moved or deleted after it was saved.',
    remedy: 'Save it again. The run’s record still has everything that was in it.',
    scope: 'run',
  },
  RUN_STORE_INVALID: {
    title: 'The record of a run can’t be read',
    cause: 'The disk was full or failed, or a newer version of Readur Migrate was used before.',
    remedy:
      'It was not changed. If a newer version wrote it, use that version. If it is damaged, recover the run: this makes a new record from database and bucket, which you can roll back.',
    scope: 'run',
  },
  RECORD_DAMAGED: {
    title: 'The record of the run is damaged',
    cause: 'The disk, its cable or memory changed the file, or another program wrote to it.',
    remedy:
      'Nothing was done based on the damaged part. Local documents are included in the next migration. For documents on S3, recover the run: this makes a new record from database and bucket, which you can roll back.',
  },
  DATA_FOLDER_UNWRITABLE: {
    title: 'The data folder can’t be written',
    cause: 'Its disk is read-only, or the folder belongs to another account.',
    remedy:
      'Every run is recorded in the data folder first. Make the folder shown writable for this account, or choose another one with READUR_MIGRATE_HOME.',
    scope: 'run',
  },
  DISK_FULL: {
    title: 'The disk is full',
    cause: 'Something filled the disk, or this account’s quota is used up.',
    remedy:
      'Free up space on the disk shown, then try again or resume the interrupted run. You can also move the data folder with READUR_MIGRATE_HOME, and temporary files with TMPDIR.',
    scope: 'run',
  },
  STATE_FILE_INVALID: {
    title: 'This isn’t a readable state file',
    cause: 'It is another file, or it was cut off while it was written or copied.',
    remedy:
      'Choose a migration_state.json or rollback_errors.json from migrate_to_s3, or a state file exported by Readur Migrate. The file was not changed.',
    scope: 'run',
  },
  STATE_FILE_PARTLY: {
    title: 'Part of the state file was not imported',
    cause: 'migrate_to_s3 was stopped while it wrote the file, or somebody edited it.',
    remedy:
      'Everything readable is in the history. For the rest, look for another copy of the file, or recover the run.',
  },
  STATE_FILE_UNWRITABLE: {
    title: 'The state file can’t be written',
    cause: 'The folder belongs to another user, or its disk is full.',
    remedy: 'Choose another file, free up space, or make the folder shown writable for this account.',
  },
  BACKUP_FAILED: {
    title: 'The database was not backed up',
    cause:
      'pg_dump is not installed or is older than the server, Docker or the container can’t be reached, or a disk is full.',
    remedy:
      'pg_dump must be installed and at least as new as the server. The one in the database’s own container always fits: choose that container. Nothing was changed, and you can migrate without a backup.',
    scope: 'run',
  },
  REPORT_UNWRITABLE: {
    title: 'The report can’t be written',
    cause: 'The folder belongs to another user, or its disk is full.',
    remedy: 'Choose a folder that this account can write to and that has enough space, then save the report again.',
  },
  PATHS_UNWRITABLE: {
    title: 'The original paths can’t be written',
    cause: 'The folder belongs to another user, or its disk is full.',
    remedy: 'Choose a folder that this account can write to and that has enough space, then save them again.',
  },
  PERMIT_EXPIRED: {
    title: 'Too much time passed before a file was removed',
    cause: 'The computer slept, or the database or storage service was very slow.',
    remedy: 'Nothing was removed. Resume the run; everything is checked again first.',
  },
  BUCKET_CLAIMED: {
    title: 'The bucket belongs to another database',
    cause:
      'This is a copy of the database, such as a test system, or the database was moved or restored from a backup. The other one may still need every file in the bucket.',
    remedy:
      'For a rehearsal, use another bucket, or copy now and switch later. If this database replaces the other one for good, take the bucket over under Check. After that, the other one can no longer remove files from it.',
  },
  OBJECT_LEFT: {
    title: 'An unused copy could not be removed',
    cause:
      'The access key has no permission to delete (s3:DeleteObject), the bucket is locked, or the service was interrupted.',
    remedy: 'It takes up space but does no harm. Delete it yourself, or leave it: a later run can use it.',
  },
  ROLLBACK_BLOCKED: {
    title: 'The document was not rolled back',
    cause: 'Its local file is gone or damaged and could not be downloaded, or the document was changed since.',
    remedy: 'The document is still complete on S3. Fix the cause shown, then roll back again.',
  },
  INTERNAL: {
    title: 'Unexpected error',
    cause: 'This is probably a bug in Readur Migrate.',
    remedy: 'Please report it with the message shown. The run report shows what was done.',
  },
} as const satisfies Record<string, ErrorEntry>

interface ErrorEntry {
  title: string
  cause: string
  remedy: string
  scope?: ErrorScope
}

/** What an error stops once retrying has not helped: the one item that it happened to, or the whole run. */
export type ErrorScope = 'item' | 'run'

/** Stable name of an error or finding. */
export type ErrorCode = keyof typeof errorCatalogue

export const scopeOf = (code: ErrorCode): ErrorScope => {
  const entry: ErrorEntry = errorCatalogue[code]
  return entry.scope ?? 'item'
}

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCatalogue, text)

/** An error as data: what crosses IPC, is written to the journal and printed. Holds no secret. */
export interface ErrorData {
  code: ErrorCode
  title: string
  /** What happened, with the particulars of this case. */
  message: string
  /** The document, path, key or host that it happened to. */
  subject?: string
  remedy: string
  /** Messages of the underlying errors, outermost first. */
  causes: string[]
}
